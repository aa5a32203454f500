import { type StopSignal, StopSource } from "../../runtime/stop-signal.ts";
import { SignalRequest, StuckRequest } from "../../vm/index.ts";
import type { CommandContext } from "../context.ts";

/** The exit status of a run that a signal stopped. */
const interruptedStatus = 124;

const notice =
  "[harn] signal received, interrupting VM (give it a moment to unwind in-flight async ops; Ctrl-C again to force-exit)...\n";

/**
 * What ends a run from outside: a signal, or that nothing can wake the program any more. The first time the program is
 * interrupted and may still clean up; the second ends the process where it is.
 */
export class Interruption {
  readonly #stop = new StopSource();
  readonly #context: CommandContext;
  readonly #endNow: (status: number) => void;
  readonly #stopListening: readonly (() => void)[];
  #isSignalled = false;

  constructor(context: CommandContext, endNow: (status: number) => void) {
    this.#context = context;
    this.#endNow = endNow;
    this.#stopListening = [context.onSignal((signal) => this.#signalled(signal)), context.onIdle(() => this.#stuck())];
  }

  get signal(): StopSignal {
    return this.#stop;
  }

  /** What the process says to its parent: a run that was signalled and failed was stopped by the signal. */
  statusFor(status: number): number {
    return this.#isSignalled && status !== 0 ? interruptedStatus : status;
  }

  stop(): void {
    for (const stop of this.#stopListening) stop();
  }

  #signalled(signal: string): void {
    if (this.#isSignalled) return this.#end("[harn] second signal received, terminating\n", interruptedStatus);
    this.#isSignalled = true;
    this.#context.output.write("stderr", notice);
    this.#stop.abort(new SignalRequest(signal));
  }

  #stuck(): void {
    if (this.signal.aborted) return this.#end("error: the program waits for what can never happen\n", 1);
    this.#stop.abort(new StuckRequest());
  }

  #end(message: string, status: number): void {
    this.#context.output.write("stderr", message);
    this.#context.output.flush();
    this.#endNow(status);
  }
}
