import { renderDiagnostics } from "../../diagnostics/index.ts";
import { jsonOfValue, RunEventLines, type TerminalEvent } from "../../eventlog/index.ts";
import { type CompiledProgram, exitStatusOf, type RunResult } from "../../program/index.ts";
import type { CommandContext } from "../context.ts";
import { renderProblem, renderUncaught } from "../uncaught.ts";
import type { RunReport } from "./report.ts";

/** A run as a stream of events, one JSON line each. Standard error stays silent: what would stand there is in the stream. */
export function jsonReport({ output }: CommandContext, { isQuiet }: { readonly isQuiet: boolean }): RunReport {
  const lines = new RunEventLines((line) => output.write("stdout", line), { isQuiet });
  const end = (event: TerminalEvent, status: number): number => {
    lines.finish(event);
    return status;
  };
  const fail = (code: string, message: string): number => end({ event_type: "error", error: { code, message } }, 1);
  return {
    warn: () => {},
    diagnosed: () => {},
    refused: (program) => fail("compile_error", refusalText(program)),
    failed: fail,
    attach: (events) => void events.install(lines),
    finished: (result: RunResult) => {
      switch (result.kind) {
        // `exit` ends the stream where it stands.
        case "exit":
          return result.status;
        case "error":
          return fail("runtime", renderUncaught(result.error));
        case "value": {
          const status = exitStatusOf(result.value);
          return end({ event_type: "result", value: jsonOfValue(result.value), exit_code: status }, status);
        }
      }
    },
  };
}

function refusalText({ diagnostics, problems }: CompiledProgram): string {
  return renderDiagnostics(diagnostics) + problems.map((problem) => renderProblem(problem)).join("");
}
