// Holds commands against the command policies around them. A command that is refused never starts; hooks of a policy may run
// commands themselves, and those pass.
import {
  type CallContext,
  type CommandGate,
  commandGateKey,
  type GatedCommand,
  type ServiceKey,
  serviceKey,
} from "../../builtin/index.ts";
import { matchesGlob } from "../../llm/catalog/glob.ts";
import { dictAt, float, isDict, list, merged, record, textAt } from "../../llm/fields.ts";
import { rejected } from "../../runtime/index.ts";
import { DictValue, runtimeError, show, stringifyJson, typeName, type Value } from "../../value/index.ts";
import { agentService } from "../key.ts";
import { type CommandPolicy, commandScope, readCommandPolicy } from "./policy.ts";
import { commandLines, scanCommand, scanResult } from "./risk-scan.ts";

/** Set while a policy is at work, so that what its hooks run is not held against it again. */
const busyKey: ServiceKey<boolean> = serviceKey("command policy at work");

const commandGuard: CommandGate = {
  pass(context, command) {
    if (commandScope.current(context).length === 0 || context.scoped(busyKey) === true)
      return command.start(command.request);
    return hold(context, command);
  },
};

/** Puts a policy in force for the task until the result is called. Before the first one, commands are asked about nowhere. */
export function enterCommandPolicy(context: CallContext, policy: DictValue): () => void {
  context.service(commandGateKey).gate = commandGuard;
  return commandScope.enter(context, readCommandPolicy(policy));
}

async function hold(context: CallContext, command: GatedCommand): Promise<Value> {
  const { surface } = command;
  const decisions: DictValue[] = [];
  let request = command.request;
  for (const policy of commandScope.current(context)) {
    const about = contextDict(context, surface, policy, request);
    const verdict = await judge(context, policy, about, request, decisions);
    if (verdict.kind === "blocked") return blocked(command, about, decisions, verdict.status, verdict.reason);
    request = verdict.request;
  }
  let result = await command.start(request);
  for (const policy of commandScope.current(context)) {
    let about = contextDict(context, surface, policy, request).with("result", result);
    about = about.with("post_scan", scanResult(about));
    const answer = await afterwards(context, policy, about);
    const annotation = isAnnotation(answer) ? answer : undefined;
    result = answer?.get("result") ?? result;
    if (!isDict(result) || command.answersRefusals !== true) continue;
    if (annotation !== undefined)
      decisions.push(decision("annotate", "post_hook", "command result annotated by post-hook"));
    result = result.with("command_policy", record({ context: about, decisions: list(decisions), annotation }));
  }
  return result;
}

/** One entry of the audit that a result carries. */
function decision(action: string, source: string, reason: string, labels: readonly string[] = []): DictValue {
  return record({ action, source, reason, risk_labels: list(labels), confidence: float(1), display: null });
}

async function busy<T>(context: CallContext, body: () => Promise<T>): Promise<T> {
  const outer = context.scoped(busyKey);
  context.setScoped(busyKey, true);
  try {
    return await body();
  } finally {
    context.setScoped(busyKey, outer);
  }
}

type Verdict =
  | { readonly kind: "go"; readonly request: DictValue }
  | { readonly kind: "blocked"; readonly status: string; readonly reason: string };

async function judge(
  context: CallContext,
  policy: CommandPolicy,
  about: DictValue,
  request: DictValue,
  decisions: DictValue[],
): Promise<Verdict> {
  const decide = (action: string, source: string, reason: string, labels: readonly string[] = []): void => {
    decisions.push(decision(action, source, reason, labels));
  };
  const lines = commandLines(request);
  const pattern = policy.denyPatterns.find((each) => lines.some((line) => matchesGlob(each, line)));
  const scan = scanCommand(lines.join("\n"), policy.workspaceRoots);
  const labels = pattern === undefined ? scan.labels : [...scan.labels, "deny_pattern"];
  if (labels.length > 0) decide("classify", "deterministic", scan.rationale, labels);
  if (pattern !== undefined) {
    const reason = `command denied by policy pattern ${JSON.stringify(pattern)}`;
    decide("deny", "deny_patterns", reason);
    return { kind: "blocked", status: "blocked", reason };
  }
  const held = scan.labels.filter((label) => policy.requireApproval.includes(label));
  if (held.length > 0) {
    const reason = `command requires approval for risk class ${held.join(", ")}`;
    decide("require_approval", "deterministic", reason, held);
    return { kind: "blocked", status: "blocked", reason };
  }
  return policy.before === undefined ? { kind: "go", request } : hook(context, policy.before, about, request, decide);
}

const hookActions: Readonly<Record<string, { readonly status: string; readonly reason: string }>> = {
  require_approval: { status: "blocked", reason: "command requires approval" },
  dry_run: { status: "dry_run", reason: "command dry-run requested by policy" },
  explain_only: { status: "explain_only", reason: "command explanation requested by policy" },
  deny: { status: "blocked", reason: "command denied by policy" },
};

async function hook(
  context: CallContext,
  before: Value,
  about: DictValue,
  request: DictValue,
  decide: (action: string, source: string, reason: string) => void,
): Promise<Verdict> {
  const answer = await busy(context, () => context.callAsync(before, [about]));
  if (answer === null || answer === "allow") return { kind: "go", request };
  if (!isDict(answer))
    throw runtimeError(`command policy pre-hook must return nil, 'allow', or a decision dict, got ${typeName(answer)}`);
  const denial = answer.get("deny") ?? null;
  if (denial !== null && denial !== false) {
    const reason = typeof denial === "string" ? denial : (textAt(answer, "reason") ?? "command denied by policy");
    decide("deny", "pre_hook", reason);
    return { kind: "blocked", status: "blocked", reason };
  }
  const action = textAt(answer, "action");
  const known = action === undefined ? undefined : hookActions[action];
  if (action !== undefined && known !== undefined) {
    const reason = textAt(answer, "reason") ?? known.reason;
    decide(action, "pre_hook", reason);
    return { kind: "blocked", status: known.status, reason };
  }
  const changed = dictAt(answer, "rewrite") ?? dictAt(answer, "request");
  if (changed === undefined) return { kind: "go", request };
  decide("rewrite", "pre_hook", "command request rewritten by pre-hook");
  return { kind: "go", request: merged(request, changed) };
}

/** What the policy says of a command that has run; `undefined` when it says nothing. */
async function afterwards(
  context: CallContext,
  policy: CommandPolicy,
  about: DictValue,
): Promise<DictValue | undefined> {
  const { after } = policy;
  if (after === undefined) return undefined;
  const answer = await busy(context, () => context.callAsync(after, [about]));
  if (answer === null) return undefined;
  if (!isDict(answer))
    throw runtimeError(`command policy post-hook must return nil or a dict, got ${typeName(answer)}`);
  tell(context, dictAt(answer, "feedback"));
  return answer;
}

function isAnnotation(answer: DictValue | undefined): boolean {
  return answer !== undefined && ["unsafe", "annotations", "audit"].some((key) => answer.has(key));
}

/** What a hook has to say to the model of a session goes into its inbox. */
function tell(context: CallContext, feedback: DictValue | undefined): void {
  if (feedback === undefined) return;
  const agents = context.service(agentService);
  const sessionId = textAt(feedback, "session_id") ?? agents.currentSession(context.taskId);
  if (sessionId === undefined) return;
  const content = feedback.get("content") ?? null;
  agents.inbox.push(
    sessionId,
    textAt(feedback, "kind") ?? "command_policy",
    content === null ? stringifyJson(feedback) : show(content),
    "orchestration.command_policy",
  );
}

/** What a refused command gives: a result for host calls, an error for commands that have no place for one. */
function blocked(
  command: GatedCommand,
  about: DictValue,
  decisions: readonly DictValue[],
  status: string,
  reason: string,
): Value {
  if (command.answersRefusals !== true) throw rejected(reason);
  return record({
    status,
    success: false,
    exit_code: -1,
    exit_status: -1,
    legacy_status: -1,
    stdout: "",
    stderr: reason,
    combined: reason,
    timed_out: false,
    error: "permission_denied",
    reason,
    command_policy: record({ context: about, decisions: list(decisions) }),
  });
}

function contextDict(context: CallContext, surface: string, policy: CommandPolicy, request: DictValue): DictValue {
  const cwd = textAt(request, "cwd") ?? context.host.files?.cwd ?? "";
  return record({
    request: merged(
      record({
        mode: null,
        argv: list([]),
        command: null,
        shell: null,
        cwd,
        env_diff: new DictValue(),
        timeout_ms: null,
      }),
      request,
    ),
    active_cwd: cwd,
    workspace_roots: list(policy.workspaceRoots.length > 0 ? policy.workspaceRoots : [cwd]),
    caller: record({
      surface,
      capability: "process",
      operation: "exec",
      session_id: context.service(agentService).currentSession(context.taskId) ?? null,
    }),
    policy: record({
      default_shell_mode: policy.defaultShellMode,
      deny_patterns: list(policy.denyPatterns),
      require_approval: list(policy.requireApproval),
      ceiling: null,
    }),
    tool_annotations: new DictValue(),
    transcript: record({ summary: null, recent_messages: list([]), redacted: true }),
  });
}
