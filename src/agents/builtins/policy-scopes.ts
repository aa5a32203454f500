import { type Builtin, type CallContext, declare, type Outcome, req, SUSPENDED, t } from "../../builtin/index.ts";
import { textAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { type ApprovalPolicy, readApprovalPolicy } from "../permissions/approval-policy.ts";
import { autonomyPolicy } from "../permissions/autonomy.ts";
import { readPermissions } from "../permissions/dynamic-permissions.ts";
import { approvalScope, permissionScope } from "../permissions/scopes.ts";

const scope = declare("runtime-scope");
const params = [req("policy", t.dict), req("fn", t.closure)] as const;

/** Calls a closure and leaves the scope when it has ended, however that is. */
export function inside(context: CallContext, body: Value, leave: () => void): Outcome {
  let outcome: Outcome;
  try {
    outcome = context.call0(body);
  } catch (error) {
    leave();
    throw error;
  }
  if (outcome !== SUSPENDED) {
    leave();
    return outcome;
  }
  return context.resumeWith({
    resume: (_context, value) => {
      leave();
      return value;
    },
    fail: (_context, error) => {
      leave();
      throw error;
    },
  });
}

function tierOf(policy: DictValue): ApprovalPolicy | undefined {
  const tier = textAt(policy, "autonomy_tier") ?? textAt(policy, "tier") ?? "act_auto";
  const found = autonomyPolicy(tier);
  if (found === null)
    throw runtimeError(
      `with_autonomy_policy: unknown tier '${tier}' (expected one of: shadow, suggest, act_with_approval, act_auto)`,
    );
  return found;
}

export const policyScopeBuiltins: readonly Builtin[] = [
  scope({
    name: "with_approval_policy",
    summary: "Call a closure whose tool calls are held against one more approval policy.",
    params,
    effect: "state",
    run: (context, policy, body) => {
      const read = readApprovalPolicy(policy, "with_approval_policy");
      return inside(context, body, read === undefined ? () => {} : approvalScope.enter(context, read));
    },
  }),
  scope({
    name: "with_dynamic_permissions",
    summary: "Call a closure whose tool calls need these permissions too.",
    params,
    effect: "state",
    run: (context, policy, body) => {
      const read = readPermissions(policy, "with_dynamic_permissions");
      return inside(context, body, read === undefined ? () => {} : permissionScope.enter(context, read));
    },
  }),
  scope({
    name: "with_autonomy_policy",
    summary: "Call a closure in which agents may act as far as an autonomy tier goes.",
    params,
    effect: "state",
    run: (context, policy, body) => {
      const read = tierOf(policy);
      return inside(context, body, read === undefined ? () => {} : approvalScope.enter(context, read));
    },
  }),
];
