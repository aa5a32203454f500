import { jsonOfValue, RunEventLines, type TerminalEvent } from "../../eventlog/index.ts";
import type { CompiledProgram } from "../../program/index.ts";
import { rooms } from "../../program/rooms.ts";
import type { RunResult } from "../../program/run-program.ts";
import type { CommandContext } from "../context.ts";
import { renderProblem, renderUncaught } from "../uncaught.ts";
import { runFindings } from "./findings.ts";
import type { RunReport } from "./report.ts";

/** A run as a stream of events, one JSON line each. Standard error stays silent: what would stand there is in the stream. */
export function jsonReport({ output }: CommandContext, { isQuiet }: { readonly isQuiet: boolean }): RunReport {
  let write = (line: string): void => output.write("stdout", line);
  const direct = write;
  const lines = new RunEventLines((line) => write(line), { isQuiet });
  const end = (event: TerminalEvent, status: number): number => {
    // Everything before is out: the session is closed, or never was.
    write = direct;
    lines.finish(event);
    return status;
  };
  const fail = (code: string, message: string): number => end({ event_type: "error", error: { code, message } }, 1);
  return {
    warn: () => {},
    recorded: (runId) => lines.emit({ event_type: "stderr", payload: `run recording: ${runId}\n` }),
    kept: () => {},
    attested: () => {},
    unpacked: (event) => lines.emit(event),
    verified: ({ bundle_hash, cache_hit, dry_run_verify, key_id, signature_verified }) => {
      const value = { bundle_hash, cache_hit, dry_run_verify, key_id: key_id ?? null, signature_verified };
      return end({ event_type: "result", value, exit_code: 0 }, 0);
    },
    diagnosed: () => {},
    refused: (program) => fail("compile_error", refusalText(program)),
    failed: fail,
    attach: (session) => {
      write = (line) => session.write("stdout", line);
      session.runtime.events.install(lines);
    },
    finished: (result: RunResult) => {
      switch (result.kind) {
        // `exit` ends the stream where it stands.
        case "exit":
          return result.status;
        case "error":
          return fail("runtime", renderUncaught(result.error));
        case "value": {
          const { status, value } = result;
          return end({ event_type: "result", value: jsonOfValue(value), exit_code: status }, status);
        }
      }
    },
  };
}

function refusalText(program: CompiledProgram): string {
  return (
    rooms.diagnosticText().renderDiagnostics(runFindings(program)) +
    program.problems.map((problem) => renderProblem(problem)).join("")
  );
}
