import { type CallContext, type RegexEngine, regexEngine, withRegex } from "../../builtin/index.ts";
import { unreachable } from "../../text/index.ts";
import { BuiltinValue, type DictValue, thrown, type Value } from "../../value/index.ts";
import { dictAt, intAt, isDict, list, record, textAt } from "../fields.ts";
import type { ModelReply } from "../model.ts";
import type { Check, OnFail, Verifier } from "../options/verifiers.ts";
import type { LlmService } from "../service.ts";

/** What the checks of a routing policy say of one answer. */
export interface Verification {
  readonly outcome: "accept" | OnFail;
  /** What is wrong, check by check. */
  readonly findings: readonly string[];
  /** The rows `{name, kind, signal, reason?}` that programs see. */
  readonly signals: readonly DictValue[];
}

/** Every check is made. One that escalates outweighs those that ask again. */
export async function verifyReply(
  context: CallContext,
  service: LlmService,
  verifiers: readonly Verifier[],
  reply: ModelReply,
): Promise<Verification> {
  const findings: string[] = [];
  const signals: DictValue[] = [];
  let outcome: Verification["outcome"] = "accept";
  for (const { check, name, onFail } of verifiers) {
    const finding = await findingOf(context, service, check, reply);
    const signal = finding === undefined ? "accept" : onFail;
    signals.push(record({ name, kind: check.kind, signal, reason: finding }));
    if (finding === undefined) continue;
    findings.push(finding);
    if (outcome !== "escalate") outcome = onFail;
  }
  return { outcome, findings, signals };
}

function findingOf(
  context: CallContext,
  service: LlmService,
  check: Check,
  reply: ModelReply,
): Promise<string | undefined> | string | undefined {
  switch (check.kind) {
    case "typecheck":
      return typeFinding(service, reply.text);
    case "lint":
      return lintFinding(context.service(regexEngine), check, reply.text);
    case "test_run":
      return testFinding(context, check, reply.text);
    case "closure":
      return closureFinding(context, check.check, reply);
    default:
      return unreachable(check);
  }
}

function typeFinding({ typeErrors }: LlmService, text: string): string | undefined {
  if (typeErrors === undefined)
    throw thrown("routing_policy.escalate_on: this runtime has no compiler, so it cannot check types");
  const source = harnIn(text).trim();
  if (source === "") return "typecheck: no Harn source in the answer";
  const errors = typeErrors(`${source}\n`);
  return errors.length === 0 ? undefined : `typecheck: ${errors.join("; ")}`;
}

const fence = "```";

/** The Harn of an answer: all that is fenced as such or as nothing in particular, or everything where no fence is. */
function harnIn(text: string): string {
  const blocks: string[] = [];
  let open: { readonly isHarn: boolean; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/u)) {
    if (open === undefined) {
      const at = line.lastIndexOf(fence);
      const language = at < 0 ? undefined : line.slice(at + fence.length).trim();
      if (language !== undefined) open = { isHarn: language === "" || language === "harn", lines: [] };
    } else if (line.trimStart().startsWith(fence)) {
      if (open.isHarn) blocks.push(open.lines.join("\n"));
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return blocks.length === 0 ? text : blocks.join("\n");
}

function lintFinding(
  engine: RegexEngine,
  { forbidden, maxLineLength, required }: Extract<Check, { readonly kind: "lint" }>,
  text: string,
): string | undefined {
  const matches = (source: string): boolean => withRegex(engine, source, (regex) => regex.findAll(text).length > 0);
  const lines = text.split("\n");
  const long = maxLineLength === undefined ? -1 : lines.findIndex((line) => [...line].length > maxLineLength);
  const findings = [
    ...forbidden.filter(matches).map((source) => `forbidden pattern matched: ${source}`),
    ...required.filter((source) => !matches(source)).map((source) => `required pattern missing: ${source}`),
    ...(long < 0 ? [] : [`line ${long + 1} exceeds max_line_length=${maxLineLength}`]),
  ];
  return findings.length === 0 ? undefined : `lint: ${findings.join("; ")}`;
}

/** Runs the command with the answer as its input, within what the program may start. */
async function testFinding(
  context: CallContext,
  { command, timeoutMs }: Extract<Check, { readonly kind: "test_run" }>,
  text: string,
): Promise<string | undefined> {
  const [cmd = "", ...args] = command;
  const options = record({ cmd, args: list(args), stdin: text, timeout_ms: timeoutMs });
  const result = await context.callAsync(new BuiltinValue("spawn_captured"), [options]);
  const ended = isDict(result) ? result : record({});
  if (ended.get("timed_out") === true) return `test_run: timed out after ${timeoutMs / 1000}s`;
  if (ended.get("success") === true) return undefined;
  const signal = textAt(ended, "signal");
  const status = signal ?? intAt(ended, "exit_code") ?? refusal(ended);
  return `test_run: command exited with status ${status}: ${lastLine(ended)}`;
}

/** The status of a command that a policy kept from running. */
function refusal(ended: DictValue): string {
  return textAt(ended, "status") ?? textAt(dictAt(ended, "error"), "category") ?? "unknown";
}

function lastLine(ended: DictValue): string {
  const said = (key: string): string | undefined => textAt(ended, key)?.trim().split("\n").at(-1)?.trim() || undefined;
  return said("stderr") ?? said("stdout") ?? "(no output)";
}

async function closureFinding(
  context: CallContext,
  check: Value,
  { model, provider, text }: ModelReply,
): Promise<string | undefined> {
  const said = await context.callAsync(check, [record({ text, model, provider })]);
  if (said === null || said === false) return undefined;
  return typeof said === "string" ? said : "the answer did not pass";
}
