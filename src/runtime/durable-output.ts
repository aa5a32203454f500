import type { ActiveLog } from "../eventlog/index.ts";

export type OutputStream = "stdout" | "stderr";

export interface DurableOutputOptions {
  readonly log: Pick<ActiveLog, "isDurable" | "durable">;
  readonly write: (stream: OutputStream, text: string) => void;
  /** Told when the log could not keep what the output rests on. That output is never shown. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Output in its order, each piece held back until every event that preceded it is durable: nobody outside ever sees what
 * a crash could undo. While there is nothing to wait for, a piece goes straight out.
 */
export class DurableOutput {
  readonly #options: DurableOutputOptions;
  #held: { readonly stream: OutputStream; readonly text: string }[] = [];
  #pump: Promise<void> | undefined;

  constructor(options: DurableOutputOptions) {
    this.#options = options;
  }

  write(stream: OutputStream, text: string): void {
    if (this.#pump === undefined && this.#options.log.isDurable) return this.#options.write(stream, text);
    this.#held.push({ stream, text });
    this.#pump ??= this.#release().finally(() => {
      this.#pump = undefined;
    });
  }

  /** Resolves when everything written so far is out: wait for it before the exit code. */
  async drained(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
    await this.#options.log.durable();
  }

  async #release(): Promise<void> {
    while (this.#held.length > 0) {
      // What is written while the log syncs rests on later events, and waits for the next round.
      const ready = this.#held;
      this.#held = [];
      try {
        await this.#options.log.durable();
      } catch (error) {
        this.#held = [];
        this.#options.onFailure(error);
        return;
      }
      for (const { stream, text } of ready) this.#options.write(stream, text);
    }
  }
}
