import {
  type Builtin,
  type CallContext,
  declare,
  opt,
  req,
  type ServiceKey,
  serviceKey,
  t,
} from "../../builtin/index.ts";
import { readJsonText } from "../../llm/call/json-answer.ts";
import { dictAt, isDict, merged, record, textAt, textsAt } from "../../llm/fields.ts";
import { BuiltinValue, type DictValue, Raise, stringifyJson, type Value } from "../../value/index.ts";
import { enterCommandPolicy } from "../commands/guard.ts";
import { commandPolicyDict } from "../commands/policy.ts";
import { commandLine, scanCommand, scanDict, scanResult } from "../commands/risk-scan.ts";
import { inside } from "./policy-scopes.ts";

const commands = declare("command-policy");
const scope = declare("runtime-scope");
const ctx = req("ctx", t.dict);

/** How to leave what `command_policy_push` entered, innermost last. */
const pushed: ServiceKey<readonly (() => void)[]> = serviceKey("pushed command policies");

function scanOf(context: DictValue): DictValue {
  const request = dictAt(context, "request") ?? context;
  return scanDict(scanCommand(commandLine(request), textsAt(context, "workspace_roots") ?? []));
}

/** The deterministic scan with a model's opinion over it; without an answer that can be read, the scan stands alone. */
async function askModel(context: CallContext, about: DictValue, options: DictValue): Promise<Value> {
  const scan = scanOf(about).with("llm", options);
  const data = await opinion(context, about, scan, options);
  if (data === undefined) return scan.with("scan_kind", "deterministic_fallback");
  const action = textAt(data, "recommended_action") ?? textAt(scan, "recommended_action") ?? "deny";
  return merged(scan, merged(data, record({ recommended_action: action, action, scan_kind: "llm" })));
}

async function opinion(
  context: CallContext,
  about: DictValue,
  scan: DictValue,
  options: DictValue,
): Promise<DictValue | undefined> {
  try {
    const answer = await context.callAsync(new BuiltinValue("llm_call"), [
      `Command:\n${commandLine(dictAt(about, "request") ?? about)}\n\nScan:\n${stringifyJson(scan)}`,
      'You judge how risky a command is. Answer with JSON alone: {"risk_labels": [string], "recommended_action": "allow" | "deny" | "require_approval", "confidence": 0..1, "rationale": string}.',
      options,
    ]);
    const data = readJsonText(isDict(answer) ? (textAt(answer, "text") ?? "") : "")?.data;
    return isDict(data) ? data : undefined;
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    return undefined;
  }
}

export const commandPolicyBuiltins: readonly Builtin[] = [
  commands({
    name: "command_policy",
    summary:
      "A policy of what may be run and what is asked before and after, with its defaults filled in: `{deny_patterns, require_approval, workspace_roots, default_shell_mode}`. It holds once it is pushed.",
    params: [req("config", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (_context, config) => commandPolicyDict(config),
  }),
  commands({
    name: "command_policy_push",
    summary: "Puts a command policy in force for the rest of the task.",
    params: [req("policy", t.dict)],
    returns: t.nil,
    effect: "state",
    run: (context, policy) => {
      const leave = enterCommandPolicy(context, policy);
      context.setScoped(pushed, [...(context.scoped(pushed) ?? []), leave]);
      return null;
    },
  }),
  commands({
    name: "command_policy_pop",
    summary: "Ends the command policy that was put in force last.",
    params: [],
    returns: t.nil,
    effect: "state",
    run: (context) => {
      const leaves = context.scoped(pushed) ?? [];
      leaves.at(-1)?.();
      context.setScoped(pushed, leaves.slice(0, -1));
      return null;
    },
  }),
  commands({
    name: "command_risk_scan",
    summary: "What is risky about a command, by what it looks like.",
    params: [ctx],
    returns: t.dict,
    effect: "state",
    run: (_context, about) => scanOf(about),
  }),
  commands({
    name: "command_result_scan",
    summary: "What is risky about what a command gave.",
    params: [ctx],
    returns: t.dict,
    effect: "state",
    run: (_context, about) => scanResult(about),
  }),
  commands({
    name: "command_llm_risk_scan",
    summary: "What a model thinks is risky about a command, over what it looks like.",
    params: [ctx, opt("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, about, options) => context.async(() => askModel(context, about, options ?? record({}))),
  }),
  scope({
    name: "with_command_policy",
    summary: "Call a closure whose commands are held against a policy.",
    params: [req("policy", t.dict), req("fn", t.closure)],
    effect: "state",
    run: (context, policy, body) => inside(context, body, enterCommandPolicy(context, policy)),
  }),
];
