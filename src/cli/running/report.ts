import type { PackRunEvent } from "../../eventlog/index.ts";
import type { CompiledProgram, RunResult } from "../../program/index.ts";
import type { RunnableProgram } from "../../program/stored-program.ts";
import type { Session } from "./session.ts";

/** Tells about a run, in text or as a stream of events. What ends the run gives its exit status. */
export interface RunReport {
  /** Something is off that does not stop the run. */
  warn(message: string): void;
  /** The program is a bundle, verified and unpacked. */
  unpacked(event: PackRunEvent): void;
  /** That was all that was asked for. */
  verified(event: PackRunEvent): number;
  /** What the checker found, before anything runs. */
  diagnosed(program: Pick<RunnableProgram, "diagnostics">): void;
  /** The program has errors and does not run. */
  refused(program: CompiledProgram): number;
  /** The run could not begin or be brought to its end, for a reason outside of the program. */
  failed(code: string, message: string): number;
  /** The runtime is ready: whoever wants its events listens from here on. */
  attach(session: Session): void;
  /** The run is written down; its id is what replaying it, or going on with it, asks for. */
  recorded(runId: string): void;
  /** The run left a record there. */
  kept(path: string): void;
  /** The run left a signed receipt there. */
  attested(path: string): void;
  finished(result: RunResult): number;
}
