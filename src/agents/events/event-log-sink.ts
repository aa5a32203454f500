import { type EventLog, RawJson, sanitizeTopicComponent, type Topic, topic } from "../../eventlog/index.ts";
import { type AgentEvent, agentEventText } from "./event.ts";
import type { AgentEventSink, SinkFault } from "./sink.ts";

/** Where the events of a session are. Ids that differ may share a topic: the header tells them apart. */
export function agentEventTopic(sessionId: string): Topic {
  return topic(`observability.agent_events.${sanitizeTopicComponent(sessionId)}`);
}

/** Appends the events of a session to its topic, in the order they come. */
export class EventLogSink implements AgentEventSink {
  readonly #log: EventLog;
  readonly #topic: Topic;
  readonly #headers: Readonly<Record<string, string>>;
  /** How every payload ends: `,"session_id":"s"}`. */
  readonly #ending: string;
  readonly #now: () => number;
  readonly #onFault: SinkFault;

  /** `now` gives Unix milliseconds. `onFault` is told of events that the log did not take: they are lost. */
  constructor(log: EventLog, sessionId: string, now: () => number, onFault: SinkFault = () => {}) {
    this.#log = log;
    this.#topic = agentEventTopic(sessionId);
    this.#headers = Object.freeze({ session_id: sessionId });
    this.#ending = `,"session_id":${JSON.stringify(sessionId)}}`;
    this.#now = now;
    this.#onFault = onFault;
  }

  handle(event: AgentEvent): void {
    const now = Math.max(0, Math.trunc(this.#now()));
    try {
      this.#log.append(this.#topic, {
        kind: event.type,
        payload: new RawJson(`{"event":${agentEventText(event)},"index_hint":${now}${this.#ending}`),
        headers: this.#headers,
        occurredAtMs: now,
      });
    } catch (error) {
      this.#onFault(error);
    }
  }

  flush(): Promise<void> {
    return this.#log.durable();
  }
}
