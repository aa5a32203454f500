import { stepError } from "./error.ts";
import type { Json, RawJson } from "./json.ts";
import type { Topic } from "./topic.ts";
import { parseExactJson, parsePlainJson } from "./value-json.ts";

/** Per topic: the first event is 1, and each append adds 1. 0 means "from the beginning". */
export type EventId = number;

/** What is appended. */
export interface EventInput {
  readonly kind: string;
  readonly payload: Json | RawJson;
  readonly headers?: Readonly<Record<string, string>>;
  /** Unix milliseconds; the log's own clock when absent. */
  readonly occurredAtMs?: number;
}

/**
 * What was appended. Payload and headers are kept as their texts, which is what the record hash covers, and read on
 * demand.
 */
export class LogEvent {
  readonly topic: Topic;
  readonly id: EventId;
  readonly kind: string;
  readonly payloadText: string;
  readonly headersText: string;
  readonly occurredAtMs: number;
  #payload: { readonly json: Json } | undefined;
  #headers: Readonly<Record<string, string>> | undefined;

  constructor(fields: StoredEvent) {
    this.topic = fields.topic;
    this.id = fields.id;
    this.kind = fields.kind;
    this.payloadText = fields.payloadText;
    this.headersText = fields.headersText;
    this.occurredAtMs = fields.occurredAtMs;
  }

  /** Sorted by key, provenance headers included. */
  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= attempt("headers parse", () => JSON.parse(this.headersText) as Record<string, string>);
    return this.#headers;
  }

  /** The payload with whole floats as plain numbers. */
  get payload(): Json {
    this.#payload ??= { json: attempt("payload parse", () => parsePlainJson(this.payloadText)) };
    return this.#payload.json;
  }

  /** The payload with whole floats told from integers. */
  exactPayload(): Json {
    return attempt("payload parse", () => parseExactJson(this.payloadText));
  }
}

/** The parts of an event as backends keep them. */
export interface StoredEvent {
  readonly topic: Topic;
  readonly id: EventId;
  readonly kind: string;
  readonly payloadText: string;
  readonly headersText: string;
  readonly occurredAtMs: number;
}

/** A backend hands out what it holds; what somebody else wrote into its file shows when it is looked at. */
function attempt<T>(step: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw stepError("serde", step, cause);
  }
}
