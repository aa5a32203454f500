import { type ActiveLog, isJsonObject, type LogEvent, parseTimestamp, rfc3339 } from "../../eventlog/index.ts";
import { cancelRequestKind, cancelRequestsTopic } from "../../lifecycle/index.ts";

/** Requests to leave an event alone, each for one binding. They never expire. */
export class CancelRequests {
  readonly #log: ActiveLog;

  constructor(log: ActiveLog) {
    this.#log = log;
  }

  async has(bindingKey: string, eventId: string): Promise<boolean> {
    const log = this.#log.getOrCreate();
    const events = await log.readRange(cancelRequestsTopic, undefined, Number.MAX_SAFE_INTEGER);
    return events.some((event) => isRequest(event, bindingKey, eventId));
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

/** A record that does not say when it was asked for is no request. */
function isRequest({ kind, payload }: LogEvent, bindingKey: string, eventId: string): boolean {
  if (kind !== cancelRequestKind || !isJsonObject(payload)) return false;
  const { requested_at: at } = payload;
  if (typeof at !== "string" || parseTimestamp(at) === undefined) return false;
  return payload.binding_key === bindingKey && payload.event_id === eventId;
}
