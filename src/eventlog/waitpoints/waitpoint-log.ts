import type { EventLog } from "../contract.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { sanitizeTopicComponent, type Topic, topic } from "../topic.ts";

export type WaitpointStatus = "open" | "completed" | "cancelled";

/** One thing that somebody waits for, as it was last written. */
export interface Waitpoint extends JsonObject {
  readonly id: string;
  readonly status: WaitpointStatus;
}

export const waitsTopic = topic("waitpoint.waits");

export function waitpointTopic(id: string): Topic {
  return topic(`waitpoint.state.${sanitizeTopicComponent(id)}`);
}

/** The last record of a waitpoint. Ids that differ only in what a topic cannot hold share a topic, so the id itself decides. */
export async function readWaitpoint(
  log: EventLog,
  id: string,
  accepts: (kind: string) => boolean,
): Promise<Waitpoint | undefined> {
  let found: Waitpoint | undefined;
  for (const event of await log.readRange(waitpointTopic(id), undefined, Number.MAX_SAFE_INTEGER)) {
    if (!accepts(event.kind)) continue;
    const payload = event.exactPayload();
    if (isWaitpoint(payload) && payload.id === id) found = payload;
  }
  return found;
}

function isWaitpoint(payload: Json): payload is Waitpoint {
  return isJsonObject(payload) && typeof payload.id === "string" && typeof payload.status === "string";
}
