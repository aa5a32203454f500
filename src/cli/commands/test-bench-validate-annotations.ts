import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { checkAnnotations, readAnnotations } from "../test-bench/annotations.ts";
import { readTape } from "../test-bench/tape.ts";
import { pathOf, requiredPath } from "./test-bench-run.ts";

/** Holds annotations against the tape they are for. Exit status 2: something does not fit. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const annotations = readAnnotations(resolve(context.cwd, invocation.positionals[0] as string));
  const report = checkAnnotations(annotations, readTape(requiredPath(invocation, "tape", context)));
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  const path = pathOf(invocation, "report", context);
  if (path === undefined) context.output.write("stdout", text);
  else {
    writeFileSync(path, text);
    const { annotations_checked, problems } = report;
    context.output.write(
      "stderr",
      `[testbench] annotations validation: checked=${annotations_checked} problems=${problems.length}\n`,
    );
  }
  return report.problems.length === 0 ? 0 : 2;
}
