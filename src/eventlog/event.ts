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

/** What was appended. The payload is kept as its text, which is what the record hash covers, and read on demand. */
export class LogEvent {
  readonly topic: Topic;
  readonly id: EventId;
  readonly kind: string;
  readonly payloadText: string;
  /** Sorted by key, provenance headers included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly occurredAtMs: number;
  #payload: { readonly json: Json } | undefined;

  constructor(fields: Omit<LogEvent, "payload" | "exactPayload">) {
    this.topic = fields.topic;
    this.id = fields.id;
    this.kind = fields.kind;
    this.payloadText = fields.payloadText;
    this.headers = fields.headers;
    this.occurredAtMs = fields.occurredAtMs;
  }

  /** The payload with whole floats as plain numbers. */
  get payload(): Json {
    this.#payload ??= { json: parsePlainJson(this.payloadText) };
    return this.#payload.json;
  }

  /** The payload with whole floats told from integers. */
  exactPayload(): Json {
    return parseExactJson(this.payloadText);
  }
}
