import { isJsonArray } from "../../eventlog/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { printJson, withProject } from "../running/project-runtime.ts";

/** Walks the hash chain of the trust graph. One that does not hold gives status 1, in JSON as in text. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const report = await withProject(context, { installs: false }, ({ triggers }) => triggers.trust.verify());
  const isWhole = report.verified === true;
  if (invocation.has("json")) printJson(context, report);
  else {
    const word = isWhole ? "verified" : "failed";
    const root = report.root_hash ?? "none";
    context.output.write("stdout", `${word} topic=${report.topic} records=${report.total} root_hash=${root}\n`);
    if (isJsonArray(report.errors))
      for (const error of report.errors) context.output.write("stderr", `error: ${String(error)}\n`);
  }
  return isWhole ? 0 : 1;
}
