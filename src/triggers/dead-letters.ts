import { isJsonArray, isJsonObject, type Json, type JsonObject, rfc3339, TopicFold } from "../eventlog/index.ts";
import { compareText } from "../value/index.ts";
import type { Binding } from "./bindings/binding.ts";
import { errorClass } from "./dispatch/error-class.ts";
import { eventJson, type TriggerEvent } from "./events/event.ts";
import type { RecordKeeping } from "./record-keeping.ts";
import { deadLetterTopic } from "./topics.ts";

/** An event that no attempt could deliver, as programs see it. */
export interface DeadLetter extends JsonObject {
  readonly id: string;
  readonly event_id: string;
  readonly binding_id: string;
  readonly state: "pending" | "resolved" | "discarded";
  readonly retry_history: readonly Json[];
}

type HistoryStatus = "dlq" | "replay_dlq" | "replay_succeeded" | "resolved";

/** Dead letters of events that programs fired or repeated. The latest record of an id is what it is. */
export class DeadLetters {
  readonly #keeping: RecordKeeping;

  constructor(keeping: RecordKeeping) {
    this.#keeping = keeping;
  }

  /** By event, then id. */
  async pending(): Promise<readonly DeadLetter[]> {
    const log = this.#keeping.log.get();
    const letters = log === undefined ? [] : [...(await pendingLetters.of(log, deadLetterTopic)).values()];
    return letters.sort((left, right) => compareText(left.event_id, right.event_id) || compareText(left.id, right.id));
  }

  add(binding: Binding, event: TriggerEvent, error: string): DeadLetter {
    return this.#append({
      id: `dlq_${this.#keeping.uuid()}`,
      event_id: event.id,
      binding_id: binding.spec.id,
      binding_version: binding.version,
      provider: event.provider,
      kind: event.kind,
      state: "pending",
      error,
      error_class: errorClass(error),
      event: eventJson(event),
      retry_history: [this.#entry(1, "dlq", error)],
    });
  }

  /** Notes how a repeated dispatch of the event went. */
  async noteReplay(binding: Binding, event: TriggerEvent, error: string | null): Promise<DeadLetter | undefined> {
    const letter = (await this.pending()).find(
      (candidate) => candidate.event_id === event.id && candidate.binding_id === binding.spec.id,
    );
    if (letter === undefined) return error === null ? undefined : this.add(binding, event, error);
    const status: HistoryStatus = error === null ? "replay_succeeded" : "replay_dlq";
    const history = [...letter.retry_history, this.#entry(letter.retry_history.length + 1, status, error)];
    const changed = error === null ? {} : { error, error_class: errorClass(error) };
    return this.#append({
      ...letter,
      ...changed,
      state: error === null ? "resolved" : "pending",
      retry_history: history,
    });
  }

  /** Nobody tries to deliver it any more. */
  discard(letter: DeadLetter): DeadLetter {
    const history = [...letter.retry_history, this.#entry(letter.retry_history.length + 1, "resolved", null)];
    return this.#append({ ...letter, state: "discarded", retry_history: history });
  }

  #entry(attempt: number, status: HistoryStatus, error: string | null): JsonObject {
    return { attempt, at: rfc3339(this.#keeping.now()), status, error };
  }

  #append(letter: DeadLetter): DeadLetter {
    this.#keeping.log.getOrCreate().append(deadLetterTopic, { kind: "dlq_entry", payload: letter });
    return letter;
  }
}

/** The latest record of an id is what it is; one that is not pending any more needs no place here. */
const pendingLetters = new TopicFold<Map<string, DeadLetter>>(
  () => new Map(),
  (letters, event) => {
    const letter = event.kind === "dlq_entry" ? event.exactPayload() : null;
    if (!isDeadLetter(letter)) return;
    if (letter.state === "pending") letters.set(letter.id, letter);
    else letters.delete(letter.id);
  },
);

function isDeadLetter(json: Json): json is DeadLetter {
  return (
    isJsonObject(json) &&
    typeof json.id === "string" &&
    typeof json.event_id === "string" &&
    typeof json.binding_id === "string" &&
    isJsonArray(json.retry_history)
  );
}
