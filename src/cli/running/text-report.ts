import type { Palette } from "../../diagnostics/index.ts";
import { rooms } from "../../program/rooms.ts";
import { errorTextOf, type RunResult } from "../../program/run-program.ts";
import type { CommandContext } from "../context.ts";
import { paletteFor } from "../palette.ts";
import { renderProblem, renderUncaught } from "../uncaught.ts";
import { runFindings } from "./findings.ts";
import type { RunReport } from "./report.ts";

/** A run as a person sees it: the program's own output, and on standard error what went wrong. */
export function textReport(context: CommandContext): RunReport {
  // Most runs have nothing to say.
  const palette = (): Palette => paletteFor(context);
  const say = (text: string): void => context.output.write("stderr", text);
  return {
    warn: (message) => say(`warning: ${message}\n`),
    unpacked: () => {},
    verified: ({ bundle_hash, cache_hit, signature_verified }) => {
      say(
        `[harn] harnpack verify ok: bundle_hash=${bundle_hash}, signature_verified=${signature_verified}, cache_hit=${cache_hit}\n`,
      );
      return 0;
    },
    diagnosed: (program) => {
      const found = runFindings(program);
      if (found.length > 0) say(rooms.diagnosticText().renderDiagnostics(found, palette()));
    },
    refused: ({ problems }) => {
      for (const problem of problems) say(renderProblem(problem, palette()));
      return 1;
    },
    failed: (_code, message) => {
      say(`error: ${message}\n`);
      return 1;
    },
    attach: () => {},
    recorded: (runId) => say(`run recording: ${runId}\n`),
    kept: (path) => say(`run record: ${path}\n`),
    attested: (path) => say(`provenance receipt: ${path}\n`),
    finished: (result: RunResult) => {
      switch (result.kind) {
        case "exit":
          return result.status;
        case "error":
          say(renderUncaught(result.error, palette()));
          return 1;
        case "value": {
          const message = errorTextOf(result);
          if (message !== undefined) say(`${message === "" ? "error" : message}\n`);
          return result.status;
        }
      }
    },
  };
}
