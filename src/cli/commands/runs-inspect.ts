import { diffRuns, inspectRecord, inspectRecordJson } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { diffText } from "../run-diff-text.ts";
import { plainJson, readRunRecord } from "../run-record-file.ts";

/** What a run did, and how that differs from another. */
export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const run = readRunRecord(invocation.positionals[0] as string, cwd);
  const baseline = invocation.text("compare");
  const diff = baseline === undefined ? undefined : diffRuns(readRunRecord(baseline, cwd), run);
  output.write(
    "stdout",
    invocation.has("json")
      ? success({ ...(plainJson(inspectRecordJson(run)) as object), ...(diff && { diff }) })
      : `${inspectRecord(run)}${diff === undefined ? "" : diffText(diff)}`,
  );
  return 0;
}
