import type { DictValue } from "../../value/index.ts";
import type { ModelReply, ModelRequest, ReplyListener } from "../model.ts";
import type { SseEvent } from "../wire/sse.ts";

/** How one family of providers says requests and answers on the wire. */
export interface Dialect {
  readonly name: string;
  /** How a streamed answer is cut into events: server-sent events, a JSON object a line, or never streamed. */
  readonly framing: "sse" | "ndjson" | "whole";
  /** The JSON body. */
  encode(request: ModelRequest): DictValue;
  /** Headers besides the credentials. */
  headers(request: ModelRequest): Readonly<Record<string, string>>;
  readReply(body: DictValue, request: ModelRequest): ModelReply;
  /** Absent where the answer comes whole. */
  openStream?(request: ModelRequest, listener: ReplyListener): ReplyStream;
}

/** Puts a streamed answer together. */
export interface ReplyStream {
  /** Takes one event, or one line as its `data`. Throws a `ModelFailure` when the event reports one. */
  push(event: SseEvent): void;
  /** The whole answer, once the stream has ended; throws a `ModelFailure` when it ended early. */
  finish(): ModelReply;
}
