import type { CallContext } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import { type DictValue, Raise, show, type Value } from "../../value/index.ts";

/** An agent event as sinks and subscribers see it: `type`, `session_id`, and the fields of that type beside them. */
export interface AgentEvent {
  readonly type: string;
  readonly sessionId: string;
  readonly fields: Readonly<Record<string, Value | undefined>>;
}

/** Sees agent events in order: a log, a protocol's client, a display. It must not throw. */
export type AgentEventObserver = (event: AgentEvent) => void;

export function eventDict(event: AgentEvent): DictValue {
  return record({ type: event.type, session_id: event.sessionId, ...event.fields });
}

/** Hands agent events to observers of the runtime and to the program's subscribers. */
export class AgentEventHub {
  readonly #observers: Set<AgentEventObserver>;
  readonly #subscribers = new Map<string, Value[]>();

  constructor(observers: readonly AgentEventObserver[] = []) {
    this.#observers = new Set(observers);
  }

  observe(observer: AgentEventObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  subscribe(sessionId: string, callback: Value): void {
    this.#subscribers.set(sessionId, [...(this.#subscribers.get(sessionId) ?? []), callback]);
  }

  forget(sessionId: string): void {
    this.#subscribers.delete(sessionId);
  }

  /** Subscribers are called one after the other; what one throws is told on standard error and stops nothing. */
  async emit(context: CallContext, event: AgentEvent): Promise<void> {
    for (const observer of this.#observers) observer(event);
    for (const callback of this.#subscribers.get(event.sessionId) ?? []) {
      try {
        await context.callAsync(callback, [eventDict(event)]);
      } catch (error) {
        if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
        context.write(
          "stderr",
          `[WARN] [agent] a subscriber of session ${event.sessionId} failed: ${show(error.value)}\n`,
        );
      }
    }
  }
}
