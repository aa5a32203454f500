import { diffRuns } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { diffText } from "../run-diff-text.ts";
import { readRunRecord } from "../run-record-file.ts";

/** What differs between two run records. Status 1 when something does. */
export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const [left, right] = invocation.positionals as readonly [string, string];
  const diff = diffRuns(readRunRecord(left, cwd), readRunRecord(right, cwd));
  output.write("stdout", invocation.has("json") ? success(diff) : diffText(diff));
  return diff.identical ? 0 : 1;
}
