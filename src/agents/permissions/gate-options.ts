import { jsonOfValue } from "../../eventlog/index.ts";
import { textAt } from "../../llm/fields.ts";
import { type CapabilityPolicy, PolicyShapeError, readPolicy } from "../../runtime/index.ts";
import { type DictValue, runtimeError } from "../../value/index.ts";
import type { AgentService } from "../service.ts";
import { readApprovalPolicy } from "./approval-policy.ts";
import { readPermissions } from "./dynamic-permissions.ts";
import type { GateSettings } from "./gate.ts";

/** The policies that a loop or a dispatch is given among its options. */
export function gateOf(service: AgentService, options: DictValue | undefined, sessionId?: string): GateSettings {
  const id = sessionId ?? textAt(options, "session_id");
  return {
    sessionId: id,
    session: id === undefined ? undefined : service.sessions.get(id),
    approval: readApprovalPolicy(options?.get("approval_policy"), "agent_loop.approval_policy"),
    permissions: readPermissions(options?.get("permissions"), "agent_loop.permissions"),
    actor: actorOf(options),
  };
}

function actorOf(options: DictValue | undefined): ReadonlyMap<string, string> {
  const actor = new Map<string, string>();
  for (const [field, key] of [
    ["agent", "agent_name"],
    ["persona", "persona"],
    ["mode", "mode"],
  ] as const) {
    const value = textAt(options, key);
    if (value !== undefined) actor.set(field, value);
  }
  return actor;
}

/** The `policy` option: a ceiling over the tools and over what their handlers do. */
export function toolPolicy(options: DictValue | undefined): CapabilityPolicy | undefined {
  const given = options?.get("policy");
  if (given === undefined || given === null) return undefined;
  try {
    return readPolicy(jsonOfValue(given));
  } catch (error) {
    if (error instanceof PolicyShapeError) throw runtimeError(`agent_loop.policy: invalid policy: ${error.message}`);
    throw error;
  }
}
