import type { EventLog } from "./contract.ts";
import type { LogEvent } from "./event.ts";
import type { Topic } from "./topic.ts";

const pageSize = 1024;

/** All events of a topic, oldest first. */
export async function topicEvents(log: EventLog, topic: Topic): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  for (;;) {
    const page = await log.readRange(topic, events.at(-1)?.id, pageSize);
    for (const event of page) events.push(event);
    if (page.length < pageSize) return events;
  }
}
