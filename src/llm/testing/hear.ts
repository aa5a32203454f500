import { show, stringifyJson } from "../../value/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { ModelFailure } from "../failure.ts";
import type { ModelReply, ModelRequest } from "../model.ts";
import { LineEvents, SseDecoder } from "../wire/sse.ts";
import { chunksOf } from "./model-host.ts";
import { request } from "./requests.ts";

export interface Heard {
  readonly reply: ModelReply;
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly string[];
}

/** What a stream says to its listener, and the reply it ends in. */
export function hear(dialect: Dialect, chunks: readonly Uint8Array[], changes: Partial<ModelRequest> = {}): Heard {
  let text = "";
  let thinking = "";
  const calls: string[] = [];
  const stream = dialect.openStream?.(request({ provider: dialect.name, ...changes }), {
    text: (delta) => (text += delta),
    thinking: (delta) => (thinking += delta),
    toolCall: (_id, name) => calls.push(name),
  });
  if (stream === undefined) throw new Error(`${dialect.name} does not stream`);
  const decoder = dialect.framing === "ndjson" ? new LineEvents() : new SseDecoder();
  for (const chunk of chunks) for (const event of decoder.push(chunk)) stream.push(event);
  for (const event of decoder.end()) stream.push(event);
  return { reply: stream.finish(), text, thinking, calls };
}

/** All of it in comparable form. */
export function summary({ reply, text, thinking, calls }: Heard): unknown {
  return {
    ...reply,
    toolCalls: reply.toolCalls.map((call) => `${call.id} ${call.name} ${show(call.arguments)}`),
    signedReasoning: reply.signedReasoning.map((block) => stringifyJson(block)),
    heard: { text, thinking, calls },
  };
}

/** The bytes cut once at every place, and into single bytes. */
export function* everyCut(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  for (let cut = 1; cut < bytes.length; cut++) yield chunksOf(bytes, [cut]);
  yield [...bytes].map((byte) => Uint8Array.of(byte));
}

export function failureOf(body: () => unknown): ModelFailure {
  try {
    body();
  } catch (error) {
    if (error instanceof ModelFailure) return error;
    throw error;
  }
  throw new Error("nothing failed");
}
