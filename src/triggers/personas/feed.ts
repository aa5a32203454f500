import { isJsonObject, type JsonObject, type LogEvent } from "../../eventlog/index.ts";
import { isHandoff } from "./envelope.ts";
import { numberOf, type QueuedWork, queuedWork } from "./history.ts";
import { handoffItem, shortTime } from "./status.ts";

/** One line of what personas do, for whoever watches them. */
export interface PersonaFrame {
  readonly event_id: number;
  readonly persona_id: string;
  readonly persona_kind: string;
  readonly persona_version?: string;
  readonly actor: "runtime";
  readonly update_kind: string;
  readonly occurred_at: string;
  readonly payload: JsonObject;
}

const actions: Readonly<Record<string, string>> = {
  "persona.control.paused": "pause",
  "persona.control.resumed": "resume",
  "persona.control.disabled": "disable",
  "persona.control.draining": "drain",
};

/** What an event of a persona tells its watchers; most tell nothing. `versionOf` knows the versions of those that a manifest declares. */
export function frameOf(event: LogEvent, versionOf: (persona: string) => string | null): PersonaFrame | undefined {
  const told = toldBy(event);
  if (told === undefined) return undefined;
  const [update_kind, payload] = told;
  const persona = event.headers.persona ?? "";
  const version = versionOf(persona);
  return {
    event_id: event.id,
    persona_id: persona,
    persona_kind: persona,
    ...(version !== null && { persona_version: version }),
    actor: "runtime",
    update_kind,
    occurred_at: shortTime(event.occurredAtMs),
    payload,
  };
}

function toldBy(event: LogEvent): readonly [kind: string, payload: JsonObject] | undefined {
  const { kind } = event;
  const payload = isJsonObject(event.payload) ? event.payload : {};
  const action = actions[kind];
  if (action !== undefined) return ["control", { action, metadata: payload }];
  switch (kind) {
    case "persona.trigger.queued": {
      const work = queuedWork(event);
      return work && isHandoff(work.envelope) ? ["handoff", handoffPayload(work)] : undefined;
    }
    case "persona.supervision.queue_position": {
      const { position = null, queue_depth = null, work_key = null } = payload;
      const queued_at_ms = numberOf(payload.queued_at_ms);
      return ["queue_position", { position, queue_depth, queued_at: shortTime(queued_at_ms), queued_at_ms, work_key }];
    }
    case "persona.supervision.receipt":
      return ["receipt", isJsonObject(payload.receipt) ? payload.receipt : {}];
    default:
      return undefined;
  }
}

function handoffPayload(work: QueuedWork): JsonObject {
  const { handoff_id, handoff_kind, queued_at, reason, source_persona, task, work_key } = handoffItem(work);
  return { handoff_id, handoff_kind, queued_at, reason, source_persona, status: "queued", task, work_key };
}
