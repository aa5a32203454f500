import type { RunEvent } from "./run-events.ts";

/** Receives run events as they happen, on the stack of whatever emits them: be quick, and do not throw. */
export interface RunEventSink {
  emit(event: RunEvent): void;
}

/**
 * Hands the events of one runtime to at most one sink, so that their order is that of the calls. Whoever needs several
 * receivers installs one that feeds them (`teeSinks`), or chains to the sink that `install` returns.
 */
export class RunEventBus {
  readonly #onSinkError: (error: unknown) => void;
  readonly #witness: ((event: RunEvent) => void) | undefined;
  #sink: RunEventSink | undefined;

  /**
   * `onSinkError` is told when a sink throws: a broken observer must not break the run. `witness` sees every event whether
   * or not there is a sink, and may end the run by throwing: that is how a replay finds that it differs.
   */
  constructor(onSinkError: (error: unknown) => void = () => {}, witness?: (event: RunEvent) => void) {
    this.#onSinkError = onSinkError;
    this.#witness = witness;
  }

  /** Whether anybody wants to know: ask before building a payload. */
  get isActive(): boolean {
    return this.#sink !== undefined || this.#witness !== undefined;
  }

  /** Whether there is a sink. */
  get isListening(): boolean {
    return this.#sink !== undefined;
  }

  /** Makes `sink` the receiver of all further events; gives the one it replaces. */
  install(sink: RunEventSink): RunEventSink | undefined {
    const previous = this.#sink;
    this.#sink = sink;
    return previous;
  }

  clear(): void {
    this.#sink = undefined;
  }

  /** Puts back what `install` returned. */
  restore(previous: RunEventSink | undefined): void {
    this.#sink = previous;
  }

  /** Adds a receiver behind the present one; the result takes it away again. */
  tap(sink: RunEventSink): () => void {
    const previous = this.#sink;
    let isTapped = true;
    const tapped: RunEventSink = { emit: (event) => isTapped && sink.emit(event) };
    const both = previous === undefined ? tapped : teeSinks(previous, tapped);
    this.#sink = both;
    return () => {
      isTapped = false;
      if (this.#sink === both) this.#sink = previous;
    };
  }

  emit(event: RunEvent): void {
    this.#witness?.(event);
    const sink = this.#sink;
    if (sink === undefined) return;
    try {
      sink.emit(event);
    } catch (error) {
      this.#onSinkError(error);
    }
  }
}

/** One sink that feeds several, in this order. One that throws does not keep the event from the others. */
export function teeSinks(...sinks: readonly RunEventSink[]): RunEventSink {
  return {
    emit(event) {
      const errors: unknown[] = [];
      for (const sink of sinks) {
        try {
          sink.emit(event);
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
