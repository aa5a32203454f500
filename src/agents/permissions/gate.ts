// What stands between a model's wish and a tool. The order is part of the promise: ceilings, then dynamic permissions, then the
// approval policy. What is refused here never starts.
import type { CallContext } from "../../builtin/index.ts";
import { type JsonObject, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { list, record, textAt } from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { executionPoliciesKey } from "../../runtime/index.ts";
import { DictValue, type Value } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import { type Decision, decide } from "./approval-decision.ts";
import type { ApprovalPolicy } from "./approval-policy.ts";
import { readApproval } from "./approver.ts";
import { type CallFacts, callFacts } from "./call-facts.ts";
import { type DynamicPermissions, objection } from "./dynamic-permissions.ts";
import { permissionEvent } from "./permission-events.ts";
import { approvalScope, permissionScope } from "./scopes.ts";
import { annotationsOf, exceedsToolCeiling } from "./tool-ceiling.ts";

/** What one loop or dispatch adds to the policies that are in force around it. */
export interface GateSettings {
  /** Grants and repeats are counted per session, also for one that was never opened. */
  readonly sessionId: string | undefined;
  readonly session: Session | undefined;
  readonly approval: ApprovalPolicy | undefined;
  readonly permissions: DynamicPermissions | undefined;
  /** Who acts: agent, persona, mode. */
  readonly actor: ReadonlyMap<string, string>;
}

export const openGate: GateSettings = {
  sessionId: undefined,
  session: undefined,
  approval: undefined,
  permissions: undefined,
  actor: new Map(),
};

export type Admission =
  | { readonly kind: "go"; readonly call: CalledTool; readonly approval: Value }
  | { readonly kind: "denied"; readonly reason: string };

export async function admit(
  context: CallContext,
  service: AgentService,
  settings: GateSettings,
  call: CalledTool,
  entry: ToolEntry | undefined,
): Promise<Admission> {
  const policy = context.service(executionPoliciesKey).requested(context);
  const approvals = [...approvalScope.current(context), ...present(settings.approval)];
  const permissions = [...permissionScope.current(context), ...present(settings.permissions)];
  if (policy === undefined && approvals.length === 0 && permissions.length === 0)
    return { kind: "go", call, approval: null };
  const annotations = annotationsOf(policy, entry, call.name);
  const facts = callFacts(call, entry, annotations);
  const exceeded = policy === undefined ? undefined : exceedsToolCeiling(policy, facts, annotations);
  if (exceeded !== undefined) return refused(service, settings, facts, `Error [tool_rejected]: ${exceeded}`);
  for (const each of permissions) {
    const denied = await permit(context, service, settings, each, facts);
    if (denied !== undefined) return { kind: "denied", reason: denied };
  }
  return approvals.length === 0
    ? { kind: "go", call, approval: null }
    : approve(service, settings, approvals, call, facts);
}

function refused(service: AgentService, { session }: GateSettings, facts: CallFacts, reason: string): Admission {
  session?.addEvent(permissionEvent(service.newId, "PermissionDeny", { facts, reason, isEscalated: false }));
  return { kind: "denied", reason };
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** Why dynamic permissions refuse, after everybody who may lift a refusal was asked. */
async function permit(
  context: CallContext,
  service: AgentService,
  { session, sessionId }: GateSettings,
  permissions: DynamicPermissions,
  facts: CallFacts,
): Promise<string | undefined> {
  const note = (kind: Parameters<typeof permissionEvent>[1], reason: string, isEscalated: boolean): void =>
    session?.addEvent(permissionEvent(service.newId, kind, { facts, reason, isEscalated }));
  const problem = await objection(context, permissions, facts, session);
  if (problem === undefined) {
    note("PermissionGrant", `permission granted for tool '${facts.tool}'`, false);
    return undefined;
  }
  const key = service.grants.keyOf(facts.tool, facts.arguments);
  if (sessionId !== undefined && service.grants.has(sessionId, key)) {
    note("PermissionGrant", "granted for this session", true);
    return undefined;
  }
  const reply = await escalate(context, service, session, permissions, facts, problem);
  await askHook(context, service, session, "PermissionReplied", () => ({
    ...hookFields(session, facts),
    decision: reply.isGranted ? "allow" : "deny",
    reason: reply.reason,
  }));
  if (!reply.isGranted) {
    note("PermissionDeny", reply.reason, reply.isEscalated);
    return reply.reason;
  }
  if (reply.isForSession && sessionId !== undefined) service.grants.add(sessionId, key);
  note("PermissionEscalation", reply.reason, true);
  note("PermissionGrant", reply.reason, true);
  return undefined;
}

function hookFields(session: Session | undefined, facts: CallFacts): Record<string, Value> {
  return {
    session: record({ id: session?.id ?? "" }),
    tool: record({ name: facts.tool, args: facts.arguments }),
  };
}

interface Reply {
  readonly isGranted: boolean;
  readonly isForSession: boolean;
  readonly isEscalated: boolean;
  readonly reason: string;
}

async function escalate(
  context: CallContext,
  service: AgentService,
  session: Session | undefined,
  permissions: DynamicPermissions,
  facts: CallFacts,
  problem: string,
): Promise<Reply> {
  const hook = await askHook(context, service, session, "PermissionAsked", () => ({
    ...hookFields(session, facts),
    reason: problem,
  }));
  if (hook.kind === "block" || (hook.kind === "decision" && hook.decision === "deny"))
    return { isGranted: false, isForSession: false, isEscalated: true, reason: hook.reason ?? problem };
  if (hook.kind === "decision" && hook.decision === "allow")
    return { isGranted: true, isForSession: true, isEscalated: true, reason: hook.reason ?? "allowed by a hook" };
  if (permissions.onEscalation === undefined)
    return { isGranted: false, isForSession: false, isEscalated: false, reason: problem };
  const answer = await context.callAsync(permissions.onEscalation, [
    record({
      _type: "PermissionRequest",
      tool: facts.tool,
      args: facts.arguments,
      reason: problem,
      session_id: session?.id ?? null,
      grant_options: list(["once", "session", false]),
    }),
  ]);
  return readReply(answer);
}

function readReply(answer: Value): Reply {
  const grant = answer instanceof DictValue ? (answer.get("grant") ?? null) : answer;
  const said = answer instanceof DictValue ? textAt(answer, "reason") : undefined;
  const isGranted = grant === true || grant === "once" || grant === "session";
  return {
    isGranted,
    isForSession: grant === "session",
    isEscalated: true,
    reason: said ?? (isGranted ? "permission escalation granted" : "permission escalation denied"),
  };
}

const rank = { allow: 0, ask: 1, deny: 2 } as const;

async function approve(
  service: AgentService,
  settings: GateSettings,
  policies: readonly ApprovalPolicy[],
  call: CalledTool,
  facts: CallFacts,
): Promise<Admission> {
  const repeats = service.repeats.count(settings.sessionId ?? "", service.grants.keyOf(facts.tool, facts.arguments));
  const place = { workspace: settings.session?.workspaceAnchor?.primary, repeats, actor: settings.actor };
  let strongest: Decision | undefined;
  for (const policy of policies) {
    const decision = decide(policy, facts, place);
    if (strongest === undefined || rank[decision.action] > rank[strongest.action]) strongest = decision;
  }
  if (strongest === undefined || strongest.action === "allow") return { kind: "go", call, approval: null };
  if (strongest.action === "deny") return refused(service, settings, facts, strongest.reason);
  return ask(service, settings, strongest, call);
}

async function ask(
  service: AgentService,
  { sessionId }: GateSettings,
  decision: Decision,
  call: CalledTool,
): Promise<Admission> {
  if (service.approver === undefined)
    return { kind: "denied", reason: "approval required but no host bridge is available" };
  const input = jsonOfValue(call.arguments);
  let answer: ReturnType<typeof readApproval>;
  try {
    answer = readApproval(
      await service.approver({
        sessionId,
        toolCall: { toolCallId: call.id, toolName: call.name, rawInput: isObject(input) ? input : {} },
        approvalRequest: approvalRequest(decision),
        policyDecision: receipt(decision),
      }),
    );
  } catch {
    return {
      kind: "denied",
      reason: "approval request failed or host does not implement session/request_permission",
    };
  }
  if (!answer.isGranted) return { kind: "denied", reason: decision.reason };
  const args = answer.args === undefined ? call.arguments : valueOfJson(answer.args);
  return {
    kind: "go",
    call: { ...call, arguments: args },
    approval: record({ status: "granted", reason: decision.reason, args_replaced: answer.args !== undefined }),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function approvalRequest(decision: Decision): JsonObject {
  const given = decision.rule?.approval;
  const fields = given === undefined ? {} : jsonOfValue(given);
  return { prompt: decision.reason, ...(isObject(fields) ? fields : {}) };
}

function receipt(decision: Decision): JsonObject {
  return {
    schema: "harn.permission_policy_decision.v1",
    action: decision.action,
    reason: decision.reason,
    rule_id: decision.rule?.id ?? null,
  };
}
