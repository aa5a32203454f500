import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { valueOfJson } from "../../eventlog/index.ts";
import { type DictValue, Raise, show, type Value } from "../../value/index.ts";
import { type AgentEvent, encodeAgentEvent } from "./event.ts";
import { type AgentEventSink, deliver, type SinkFault } from "./sink.ts";

/** Sees the events of all sessions, after the session's own sinks. */
export type AgentEventObserver = (event: AgentEvent) => void;

/** What a subscriber of the program is called with. */
export function eventDict(event: AgentEvent): DictValue {
  return valueOfJson(encodeAgentEvent(event)) as DictValue;
}

/** What `emit` gives where no subscriber was told: nothing is waited for. */
export const toldNobody: Promise<void> = Promise.resolve();

const captureKey: ServiceKey<AgentEventSink> = serviceKey("captured agent events");

/**
 * Where agent events go. Three ways lead to it, each reaching more:
 *
 * - `record`: the session's sinks, then the observers of the runtime;
 * - `publish`: those, then whoever captures events around the calling task;
 * - `emit`: those, then the program's subscribers of the session, one after the other.
 *
 * Each delivery is to those who were there when it began: whoever is called may emit, register and unregister.
 */
export class AgentEventHub {
  readonly #onFault: SinkFault;
  readonly #sinks = new Map<string, readonly AgentEventSink[]>();
  readonly #subscribers = new Map<string, readonly Value[]>();
  #observers: readonly AgentEventSink[] = [];

  constructor(observers: readonly AgentEventObserver[] = [], onFault: SinkFault = () => {}) {
    this.#onFault = onFault;
    for (const observer of observers) this.observe(observer);
  }

  /** The result takes the observer away again; doing so twice is harmless. */
  observe(observer: AgentEventObserver): () => void {
    const sink: AgentEventSink = { handle: observer };
    this.#observers = [...this.#observers, sink];
    return () => {
      this.#observers = this.#observers.filter((present) => present !== sink);
    };
  }

  /** A sink that is registered twice gets each event twice. */
  registerSink(sessionId: string, sink: AgentEventSink): void {
    this.#sinks.set(sessionId, [...this.sinksOf(sessionId), sink]);
  }

  sinksOf(sessionId: string): readonly AgentEventSink[] {
    return this.#sinks.get(sessionId) ?? [];
  }

  /** Subscribers stay. */
  clearSinks(sessionId: string): void {
    this.#sinks.delete(sessionId);
  }

  /** Lets the sinks of one session see another's events too. */
  mirrorSinks(from: string, to: string): void {
    if (from === to || from === "" || to === "") return;
    const present = this.sinksOf(to);
    const added = this.sinksOf(from).filter((sink) => !present.includes(sink));
    if (added.length > 0) this.#sinks.set(to, [...present, ...added]);
  }

  subscribe(sessionId: string, callback: Value): void {
    this.#subscribers.set(sessionId, [...(this.#subscribers.get(sessionId) ?? []), callback]);
  }

  /** The session has ended: nobody hears of it any more but the runtime. */
  forget(sessionId: string): void {
    this.#sinks.delete(sessionId);
    this.#subscribers.delete(sessionId);
  }

  record(event: AgentEvent): void {
    deliver(this.sinksOf(event.session_id), event, this.#onFault);
    deliver(this.#observers, event, this.#onFault);
  }

  publish(context: CallContext, event: AgentEvent): void {
    this.record(event);
    const captured = context.scoped(captureKey);
    if (captured !== undefined) deliver([captured], event, this.#onFault);
  }

  /** What a subscriber throws is told on standard error and stops nothing. */
  emit(context: CallContext, event: AgentEvent): Promise<void> {
    this.publish(context, event);
    const subscribers = this.#subscribers.get(event.session_id);
    return subscribers === undefined ? toldNobody : this.#tell(context, event, subscribers);
  }

  async #tell(context: CallContext, event: AgentEvent, subscribers: readonly Value[]): Promise<void> {
    for (const callback of subscribers) {
      try {
        await context.callAsync(callback, [eventDict(event)]);
      } catch (error) {
        if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
        context.write(
          "stderr",
          `[WARN] [agent] a subscriber of session ${event.session_id} failed: ${show(error.value)}\n`,
        );
      }
    }
  }

  /** Runs the body; `handle` gets what is published of the session meanwhile. An inner capture hides it from the outer one. */
  async capture<T>(
    context: CallContext,
    sessionId: string,
    handle: AgentEventObserver,
    body: () => Promise<T>,
  ): Promise<T> {
    const outer = context.scoped(captureKey);
    context.setScoped(captureKey, {
      handle: (event) => {
        if (event.session_id === sessionId) handle(event);
      },
    });
    try {
      return await body();
    } finally {
      context.setScoped(captureKey, outer);
    }
  }
}
