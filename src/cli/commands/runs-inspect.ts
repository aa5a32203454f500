import { inspectRecord, inspectRecordJson } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { plainJson, readRunRecord } from "../run-record-file.ts";

export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const run = readRunRecord(invocation.positionals[0] as string, cwd);
  output.write("stdout", invocation.has("json") ? success(plainJson(inspectRecordJson(run))) : inspectRecord(run));
  return 0;
}
