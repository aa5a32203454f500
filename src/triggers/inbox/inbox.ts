import {
  type ActiveLog,
  EventIndex,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonNumber,
} from "../../eventlog/index.ts";
import { inboxTopic } from "../../lifecycle/index.ts";
import { bindingKey } from "../bindings/binding-key.ts";
import { eventHeaders } from "../dispatch/dispatch-log.ts";
import { eventJson, readEvent, type TriggerEvent } from "../events/event.ts";
import { tenantTopic } from "../topics.ts";

const ingestedKind = "event_ingested";

/** An event that has arrived, and the trigger it is meant for, if it is meant for one. */
export interface Envelope {
  readonly triggerId: string | undefined;
  readonly bindingVersion: number | undefined;
  readonly event: TriggerEvent;
}

export interface EnvelopeTarget {
  readonly triggerId: string;
  readonly version?: number;
}

/** Where events wait for the dispatcher. What was enqueued survives the process. */
export class TriggerInbox {
  readonly #log: ActiveLog;
  readonly #now: () => number;

  constructor(log: ActiveLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** `received` carries when the event was accepted, where that is known (`harn_trigger_accepted_at_ms`). */
  enqueue(event: TriggerEvent, target?: EnvelopeTarget, received: Readonly<Record<string, string>> = {}): number {
    const now = Math.trunc(this.#now()).toString();
    const stamps = {
      harn_trigger_accepted_at_ms: received.harn_trigger_accepted_at_ms ?? now,
      harn_trigger_queue_appended_at_ms: received.harn_trigger_queue_appended_at_ms ?? now,
    };
    return this.#log.getOrCreate().append(tenantTopic(inboxTopic, event.tenantId), {
      kind: ingestedKind,
      payload: {
        trigger_id: target?.triggerId ?? null,
        binding_version: target?.version ?? null,
        event: eventJson(event),
      },
      headers: { ...eventHeaders(event, null), ...targetHeaders(target), ...stamps },
    });
  }

  /** Envelopes above an id, oldest first, each with its own id. One that cannot be read ends the list with its error. */
  async since(after: number): Promise<readonly { readonly id: number; readonly envelope: Envelope }[]> {
    const events = await this.#log.getOrCreate().readRange(inboxTopic, after, Number.MAX_SAFE_INTEGER);
    return events.flatMap((event) =>
      event.kind === ingestedKind ? [{ id: event.id, envelope: readEnvelope(event.exactPayload()) }] : [],
    );
  }

  /** The first envelope of an event that names its trigger and version: what a replay can be made from. */
  async find(eventId: string): Promise<Envelope | undefined> {
    const log = this.#log.get();
    const [found] = log === undefined ? [] : await byTargetedEvent.find(log, inboxTopic, eventId);
    return found === undefined ? undefined : readEnvelope(found.exactPayload());
  }
}

/** An event on its own is an envelope for whoever wants it. */
export function readEnvelope(payload: Json): Envelope {
  const fields: JsonObject = isJsonObject(payload) ? payload : {};
  const version = jsonNumber(fields.binding_version);
  return {
    triggerId: typeof fields.trigger_id === "string" ? fields.trigger_id : undefined,
    bindingVersion: version,
    event: readEvent(fields.event ?? payload),
  };
}

const byTargetedEvent = new EventIndex(({ kind, payload }) => {
  if (kind !== ingestedKind || !isJsonObject(payload) || !isJsonObject(payload.event)) return undefined;
  if (typeof payload.trigger_id !== "string" || typeof payload.binding_version !== "number") return undefined;
  return typeof payload.event.id === "string" ? payload.event.id : undefined;
});

function targetHeaders(target: EnvelopeTarget | undefined): Record<string, string> {
  if (target === undefined) return {};
  const key = target.version === undefined ? target.triggerId : bindingKey(target.triggerId, target.version);
  return { trigger_id: target.triggerId, binding_key: key };
}
