import type { DictValue } from "../../value/index.ts";
import type { ModelReply, ModelRequest, ReplyListener } from "../model.ts";
import type { SseEvent } from "../wire/sse.ts";

/** How one family of providers says requests and answers on the wire. */
export interface Dialect {
  readonly name: string;
  /** The JSON body. */
  encode(request: ModelRequest): DictValue;
  /** Headers besides the credentials. */
  headers(request: ModelRequest): Readonly<Record<string, string>>;
  readReply(body: DictValue, request: ModelRequest): ModelReply;
  openStream(request: ModelRequest, listener: ReplyListener): ReplyStream;
}

/** Puts a streamed answer together. */
export interface ReplyStream {
  /** Takes one event. Throws a `ModelFailure` when the event reports one. */
  push(event: SseEvent): void;
  /** The whole answer, once the stream has ended; throws a `ModelFailure` when it ended early. */
  finish(): ModelReply;
}
