import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { fixturesOf } from "../running/run-request.ts";
import { textReport } from "../running/text-report.ts";
import { checkAnnotations, nameOf, readAnnotations } from "../test-bench/annotations.ts";
import { Bench } from "../test-bench/bench.ts";
import { reportBench, runUnder } from "../test-bench/bench-run.ts";
import { readProcessTape } from "../test-bench/process-tape.ts";
import { hasOverlay, headerOf, pathOf, requiredPath, startOf } from "./test-bench-run.ts";

/** Runs a program on the processes of an earlier run. It has to ask for the same ones, in the same order, and for all of them. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const notes = pathOf(invocation, "annotations", context);
  const annotations = notes === undefined ? undefined : readAnnotations(notes);
  const bench = new Bench({
    startAt: startOf(invocation),
    hasOverlay: hasOverlay(invocation, context),
    processes: readProcessTape(requiredPath(invocation, "process-tape", context)),
    allowedHosts: [],
  });
  const fixtures = fixturesOf(pathOf(invocation, "llm-fixture", context));
  const run = {
    file: invocation.positionals[0] as string,
    argv: invocation.passed,
    cwd: context.cwd,
    ...(fixtures && { fixtures }),
  };
  const status = await runUnder(bench, run, textReport(context), context);
  const tape = pathOf(invocation, "emit-tape", context);
  const header = headerOf(invocation, bench);
  reportBench(bench, header, tape === undefined ? {} : { tape }, { isNetworkDenied: true }, context);
  const say = (text: string): void => context.output.write("stderr", `${text}\n`);
  if (annotations !== undefined) {
    const replayed = bench.recorder.tape(header);
    say(`[annotations] loaded ${annotations.annotations.length} annotation(s) from ${notes}`);
    for (const annotation of annotations.annotations) {
      const event = replayed.records[annotation.event_id]?.kind.kind ?? "no such event";
      say(`  ${nameOf(annotation)} [${annotation.kind}] #${annotation.event_id} ${event}`);
    }
    const { problems } = checkAnnotations(annotations, replayed);
    if (problems.length > 0)
      say(
        `[testbench] annotations validation failed with ${problems.length} problem(s); see \`harn test-bench validate-annotations\` for the structured report.`,
      );
  }
  const left = bench.replayed?.left ?? 0;
  if (status !== 0 || left === 0) return status;
  say(`error: the program ended before it asked for ${left} process(es) that are on the tape`);
  return 1;
}
