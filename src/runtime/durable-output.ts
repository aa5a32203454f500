import type { ActiveLog } from "../eventlog/index.ts";

export type OutputStream = "stdout" | "stderr";

/** What output waits for. Without `durableNow`, a program that never waits sees its output held back until it does. */
export type DurableGate = Pick<ActiveLog, "isDurable" | "durable"> & Partial<Pick<ActiveLog, "durableNow">>;

interface Piece {
  readonly stream: OutputStream;
  readonly text: string;
}

export interface DurableOutputOptions {
  readonly log: DurableGate;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
  readonly write: (stream: OutputStream, text: string) => void;
  /** Told when the log could not keep what the output rests on. That output is never shown. */
  readonly onFailure: (error: unknown) => void;
}

/** Milliseconds after which a piece that is held is not left to wait for the log's own time. */
const longestHold = 25;

/**
 * Output in its order, each piece held back until every event that preceded it is durable: nobody outside ever sees what
 * a crash could undo. While there is nothing to wait for, a piece goes straight out.
 */
export class DurableOutput {
  readonly #options: DurableOutputOptions;
  /** When the oldest piece that is held was written. */
  #heldSince = 0;
  #held: Piece[] = [];
  #pump: Promise<void> | undefined;

  constructor(options: DurableOutputOptions) {
    this.#options = options;
  }

  write(stream: OutputStream, text: string): void {
    if (this.#pump === undefined && this.#options.log.isDurable) return this.#options.write(stream, text);
    const now = this.#options.now?.() ?? 0;
    if (this.#held.length === 0) this.#heldSince = now;
    this.#held.push({ stream, text });
    if (now - this.#heldSince > longestHold && this.#options.log.durableNow !== undefined) this.#releaseNow();
    if (this.#pump === undefined) this.#start();
  }

  /** Resolves when everything written so far is out: wait for it before the exit code. */
  async drained(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
    await this.#options.log.durable();
  }

  /** For a program that never waits, so that the log's own timers have no chance. */
  #releaseNow(): void {
    try {
      this.#options.log.durableNow?.();
    } catch (error) {
      return this.#fail(error);
    }
    this.#writeUpTo(this.#held.at(-1));
  }

  #start(): void {
    this.#pump = this.#release().finally(() => {
      this.#pump = undefined;
      // Written after the last round had looked, and before this.
      if (this.#held.length > 0) this.#start();
    });
  }

  async #release(): Promise<void> {
    while (this.#held.length > 0) {
      // What is written while the log syncs rests on later events, and waits for the next round.
      const last = this.#held.at(-1);
      try {
        await this.#options.log.durable();
      } catch (error) {
        return this.#fail(error);
      }
      this.#writeUpTo(last);
    }
  }

  /** Nothing, if that piece is out already. */
  #writeUpTo(last: Piece | undefined): void {
    const count = last === undefined ? 0 : this.#held.indexOf(last) + 1;
    for (const { stream, text } of this.#held.splice(0, count)) this.#options.write(stream, text);
  }

  #fail(error: unknown): void {
    this.#held = [];
    this.#options.onFailure(error);
  }
}
