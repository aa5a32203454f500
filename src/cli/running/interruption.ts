import type { CommandContext } from "../context.ts";

/** The exit status of a run that a signal stopped. */
export const interruptedStatus = 124;

const notice =
  "[harn] signal received, interrupting VM (give it a moment to unwind in-flight async ops; Ctrl-C again to force-exit)...\n";

/** The first signal interrupts the program, which may still clean up; the second ends the process where it is. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #stopListening: () => void;

  constructor({ output, onSignal }: CommandContext, endNow: (status: number) => void) {
    this.#stopListening = onSignal(() => {
      if (this.signal.aborted) {
        output.write("stderr", "[harn] second signal received, terminating\n");
        output.flush();
        return endNow(interruptedStatus);
      }
      output.write("stderr", notice);
      this.#controller.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the process says to its parent: a run that was interrupted and failed was stopped by the signal. */
  statusFor(status: number): number {
    return this.signal.aborted && status !== 0 ? interruptedStatus : status;
  }

  stop(): void {
    this.#stopListening();
  }
}
