import { type CallContext, DONE, type Pulled, PullHandle, SUSPENDED, type Waker } from "../builtin/index.ts";
import { DictValue, runtimeError, type Value } from "../value/index.ts";
import { EventLogError } from "./error.ts";
import type { LogEvent } from "./event.ts";
import type { Subscription } from "./subscription.ts";
import { valueOfJson } from "./value-json.ts";

/** A subscription as a program's stream of event dicts. */
export class EventStream extends PullHandle {
  readonly typeName = "stream";
  readonly #subscription: Subscription;
  readonly #accepts: (event: LogEvent) => boolean;

  constructor(subscription: Subscription, accepts: (event: LogEvent) => boolean) {
    super();
    this.#subscription = subscription;
    this.#accepts = accepts;
  }

  override show(): string {
    return "<stream>";
  }

  override drop(): void {
    super.drop();
    this.#subscription.close();
  }

  override close(_context: CallContext): void {
    this.#subscription.close();
  }

  override next(context: CallContext): Pulled {
    const event = this.#poll();
    if (event !== undefined) return eventValue(event);
    if (this.#subscription.isEnded) {
      this.exhausted = true;
      return DONE;
    }
    let stopWaiting = () => {};
    const waker = context.park({ kind: "event", detail: "the next event of a topic" }, () => stopWaiting());
    const listen = (): void => {
      stopWaiting = this.#subscription.whenReady(() => this.#wake(waker, listen));
    };
    listen();
    return SUSPENDED;
  }

  #wake(waker: Waker, listenAgain: () => void): void {
    try {
      const event = this.#poll();
      if (event !== undefined) return waker.wake(eventValue(event));
    } catch (error) {
      return waker.fail(error);
    }
    if (!this.#subscription.isEnded) return listenAgain();
    this.exhausted = true;
    waker.wake(null);
  }

  /** The next event that is wanted, if it is there already. */
  #poll(): LogEvent | undefined {
    try {
      for (;;) {
        const event = this.#subscription.poll();
        if (event === undefined || this.#accepts(event)) return event;
      }
    } catch (error) {
      throw logFault(error);
    }
  }
}

/** What a program sees of an event. */
export function eventValue(event: LogEvent): Value {
  return DictValue.of({
    id: event.id,
    cursor: event.id,
    topic: event.topic,
    kind: event.kind,
    payload: valueOfJson(event.exactPayload()),
    headers: DictValue.of(event.headers),
    occurred_at_ms: event.occurredAtMs,
  });
}

/** A failure of the log as an error that a program can catch. */
export function logFault(error: unknown): unknown {
  return error instanceof EventLogError ? runtimeError(`event_log: ${error.message}`) : error;
}
