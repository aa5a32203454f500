import type { RunEventBus, RunEventSink } from "./run-event-bus.ts";
import type { RunEvent } from "./run-events.ts";

/**
 * The events of a run as an async iterable: `for await (const event of stream)`. Events wait here until they are read,
 * because whoever emits cannot wait. `end` closes the stream after what is left.
 */
export class RunEventStream implements RunEventSink, AsyncIterableIterator<RunEvent, undefined> {
  readonly #queue: RunEvent[] = [];
  readonly #readers: ((result: IteratorResult<RunEvent, undefined>) => void)[] = [];
  readonly #detach: () => void;
  #isEnded = false;

  private constructor(attach: (stream: RunEventStream) => () => void) {
    this.#detach = attach(this);
  }

  /** Listens beside whatever sink the bus has, until the stream ends or its reader leaves. */
  static of(bus: RunEventBus): RunEventStream {
    return new RunEventStream((stream) => bus.tap(stream));
  }

  emit(event: RunEvent): void {
    if (this.#isEnded) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#queue.push(event);
    else reader({ done: false, value: event });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#detach();
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<RunEvent, undefined>> {
    const event = this.#queue.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<IteratorResult<RunEvent, undefined>> {
    this.#queue.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }
}
