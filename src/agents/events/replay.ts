import { type EventId, type EventLog, isJsonObject, type LogEvent, type Topic } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { runtimeError } from "../../value/index.ts";
import { type AgentEvent, decodeAgentEvent } from "./event.ts";
import { agentEventTopic } from "./event-log-sink.ts";

/** An event of a session as it was recorded. */
export interface ReplayedAgentEvent {
  readonly eventId: EventId;
  readonly event: AgentEvent;
}

const pageSize = 1024;

/** All that was recorded of a session, oldest first; nothing when there is no log. What cannot be read fails the whole load. */
export async function loadSessionEvents(
  log: EventLog | undefined,
  sessionId: string,
): Promise<readonly ReplayedAgentEvent[]> {
  if (log === undefined) return [];
  const topic = topicOf(sessionId);
  const found: ReplayedAgentEvent[] = [];
  let cursor: EventId | undefined;
  for (;;) {
    const page = await readPage(log, topic, cursor);
    for (const record of page) {
      // First of all, so that a record which is passed over is not read again.
      cursor = record.id;
      const event = eventOf(record, sessionId);
      if (event !== undefined) found.push({ eventId: record.id, event });
    }
    if (page.length < pageSize) return found;
  }
}

function topicOf(sessionId: string): Topic {
  try {
    return agentEventTopic(sessionId);
  } catch (error) {
    throw runtimeError(`failed to build agent event topic: ${messageOf(error)}`);
  }
}

async function readPage(log: EventLog, topic: Topic, after: EventId | undefined): Promise<readonly LogEvent[]> {
  try {
    return await log.readRange(topic, after, pageSize);
  } catch (error) {
    throw runtimeError(`failed to read agent event replay topic ${topic}: ${messageOf(error)}`);
  }
}

/** The event of a record that is this session's own: a topic may hold those of ids that look alike, and of its children. */
function eventOf(record: LogEvent, sessionId: string): AgentEvent | undefined {
  try {
    if (record.headers.session_id !== sessionId) return undefined;
    const payload = record.exactPayload();
    const json = isJsonObject(payload) ? payload.event : undefined;
    if (json === undefined) return undefined;
    const event = decodeAgentEvent(json);
    return event.session_id === sessionId ? event : undefined;
  } catch (error) {
    throw runtimeError(`failed to decode agent event replay record ${record.id}: ${messageOf(error)}`);
  }
}
