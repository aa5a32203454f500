import type { CallContext } from "../../builtin/index.ts";
import { intAt, isDict, itemsAt, list, record, textAt, textsAt } from "../../llm/fields.ts";
import { BuiltinValue, type DictValue, type Value } from "../../value/index.ts";

/** How the output of a verify node was judged. */
export interface Verified {
  readonly isOk: boolean;
  readonly text: string;
  readonly detail: DictValue;
}

/**
 * Holds an output against a node's checks. With a command the command's output is judged; it has to end with the expected status,
 * 0 unless the node says otherwise.
 */
export async function verifyOutput(context: CallContext, verify: DictValue, given: string): Promise<Verified> {
  const command = textAt(verify, "command");
  const ran = command === undefined ? undefined : await runCommand(context, command);
  const text = ran?.text ?? given;
  const failures: string[] = [];
  const status = intAt(verify, "expect_status") ?? (command === undefined ? undefined : 0);
  if (ran !== undefined && status !== undefined && ran.status !== status)
    failures.push(`command ended with ${ran.status}, expected ${status}`);
  for (const key of ["assert_text", "expect_text"]) {
    const wanted = textAt(verify, key);
    if (wanted !== undefined && !text.includes(wanted))
      failures.push(`output does not contain ${JSON.stringify(wanted)}`);
  }
  for (const wanted of textsAt(verify, "required_text") ?? [])
    if (!text.includes(wanted)) failures.push(`output does not contain ${JSON.stringify(wanted)}`);
  return {
    isOk: failures.length === 0,
    text,
    detail: record({
      ok: failures.length === 0,
      command: command ?? null,
      status: ran?.status ?? null,
      failures: list(failures),
      output: text,
    }),
  };
}

async function runCommand(
  context: CallContext,
  command: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await context.callAsync(new BuiltinValue("exec"), ["/bin/sh", "-lc", command]);
  const result = isDict(answer) ? answer : record({});
  const text = `${textAt(result, "stdout") ?? ""}${textAt(result, "stderr") ?? ""}`;
  return { status: intAt(result, "status") ?? intAt(result, "exit_code") ?? -1, text };
}

/** What the verify nodes of a graph will check, as stages are told of it. */
export function contractText(nodes: ReadonlyMap<string, DictValue>): string {
  const contracts = [...nodes].flatMap(([id, node]) => {
    const verify = node.get("verify");
    return isDict(verify) ? [contractOf(id, verify)] : [];
  });
  if (contracts.length === 0) return "";
  return `What will be checked. Names, paths and texts below are meant literally.\n\n${contracts.join("\n\n")}`;
}

const contractKeys = ["summary", "command", "assert_text", "expect_text", "contract_path"];
const contractLists = ["required_identifiers", "required_paths", "required_text", "notes"];

function contractOf(id: string, verify: DictValue): string {
  const lines = [`<contract>`, `<source_node>${id}</source_node>`];
  for (const key of contractKeys) {
    const text = textAt(verify, key);
    if (text !== undefined) lines.push(`<${key}>${text}</${key}>`);
  }
  const status = intAt(verify, "expect_status");
  if (status !== undefined) lines.push(`<expect_status>${status}</expect_status>`);
  for (const key of contractLists)
    for (const text of textsAt(verify, key) ?? []) lines.push(`<${key}>${text}</${key}>`);
  for (const check of itemsAt(verify, "checks") ?? []) lines.push(checkLine(check));
  return [...lines, "</contract>"].join("\n");
}

function checkLine(check: Value): string {
  const given = isDict(check) ? check : record({});
  const note = textAt(given, "note");
  return `<check kind="${textAt(given, "kind") ?? ""}">${textAt(given, "value") ?? ""}${note === undefined ? "" : ` (${note})`}</check>`;
}
