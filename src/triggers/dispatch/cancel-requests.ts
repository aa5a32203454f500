import { type ActiveLog, isJsonObject, parseTimestamp, rfc3339, TopicFold } from "../../eventlog/index.ts";
import { cancelRequestKind, cancelRequestsTopic } from "../../lifecycle/index.ts";

/** A record that does not say when it was asked for is no request. */
const requested = new TopicFold<Set<string>>(
  () => new Set(),
  (requests, { kind, payload }) => {
    if (kind !== cancelRequestKind || !isJsonObject(payload)) return;
    const { binding_key: bindingKey, event_id: eventId, requested_at: at } = payload;
    if (typeof at !== "string" || parseTimestamp(at) === undefined) return;
    if (typeof bindingKey === "string" && typeof eventId === "string") requests.add(requestKey(bindingKey, eventId));
  },
);

function requestKey(bindingKey: string, eventId: string): string {
  return JSON.stringify([bindingKey, eventId]);
}

/** Requests to leave an event alone, each for one binding. They never expire. */
export class CancelRequests {
  readonly #log: ActiveLog;

  constructor(log: ActiveLog) {
    this.#log = log;
  }

  async has(bindingKey: string, eventId: string): Promise<boolean> {
    return (await requested.of(this.#log.getOrCreate(), cancelRequestsTopic)).has(requestKey(bindingKey, eventId));
  }

  /** `now` in Unix milliseconds. */
  add(bindingKey: string, eventId: string, by: string, auditId: string | null, now: number): void {
    const payload = {
      binding_key: bindingKey,
      event_id: eventId,
      requested_at: rfc3339(now),
      requested_by: by,
      audit_id: auditId,
    };
    this.#log.getOrCreate().append(cancelRequestsTopic, { kind: cancelRequestKind, payload });
  }
}
