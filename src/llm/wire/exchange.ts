import type { HostClock, HostHttp, HttpResponse } from "../../builtin/index.ts";
import type { DictValue } from "../../value/index.ts";
import { stringifyJson } from "../../value/index.ts";
import type { Dialect, ReplyStream } from "../dialects/dialect.ts";
import { ModelFailure, networkFailure, timeoutFailure } from "../failure.ts";
import { isDict } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelReply, ModelRequest, ReplyListener, ReplyWatch } from "../model.ts";
import { failureOfResponse } from "./http-status.ts";
import { LineEvents, SseDecoder } from "./sse.ts";
import { abortReason, RequestScope } from "./waiting.ts";

export interface Exchange {
  readonly http: HostHttp;
  readonly clock: HostClock;
  readonly dialect: Dialect;
  readonly request: ModelRequest;
  readonly url: string;
  /** Credentials and what the catalogue adds. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that depend on the finished body: a signature over it. */
  readonly sign?: (body: string, headers: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly listener: ReplyListener;
  /** Sees a streamed answer while it comes. */
  readonly watch?: ReplyWatch | undefined;
}

/** One request and its answer. Everything that goes wrong comes out as a `ModelFailure`, a cancellation as its `Raise`. */
export async function exchange(call: Exchange): Promise<ModelReply> {
  const { request, clock, signal } = call;
  const scope = new RequestScope(signal, clock, request.timeoutMs);
  try {
    const response = await scope.race(send(call, scope.signal));
    if (response.status < 200 || response.status > 299) throw await refusal(call, scope, response);
    const stream = isStreamed(response, call) ? call.dialect.openStream?.(request, streamListener(call)) : undefined;
    return stream === undefined
      ? tellWhole(call.listener, await readWhole(call, scope, response))
      : await readStream(call, scope, response, stream);
  } catch (error) {
    if (scope.isCancelled) throw abortReason(signal);
    if (scope.isTimedOut) throw timeoutFailure(request.provider, request.timeoutMs / 1000);
    throw error instanceof ModelFailure ? error : networkFailure(request.provider, error);
  } finally {
    scope.close();
  }
}

function send(call: Exchange, signal: AbortSignal): Promise<HttpResponse> {
  const { http, dialect, request, url } = call;
  const body = stringifyJson(dialect.encode(request));
  const headers = {
    "content-type": "application/json",
    accept: acceptOf(call),
    ...dialect.headers(request),
    ...call.headers,
  };
  return http.send({ method: "POST", url, headers: { ...headers, ...call.sign?.(body, headers) }, body, signal });
}

function acceptOf({ dialect, request }: Exchange): string {
  if (dialect.framing === "ndjson") return "application/x-ndjson";
  return request.stream && dialect.framing === "sse" ? "text/event-stream" : "application/json";
}

/** A server may answer a streaming request with a plain body; one that speaks in lines always does that. */
function isStreamed(response: HttpResponse, { dialect, request }: Exchange): boolean {
  if (dialect.framing !== "sse") return dialect.framing === "ndjson";
  const type = headerOf(response, "content-type");
  return request.stream && (type === undefined || type.includes("event-stream"));
}

function streamListener({ listener, watch }: Exchange): ReplyListener {
  if (watch === undefined) return listener;
  return {
    text: (delta) => {
      watch.text(delta);
      listener.text?.(delta);
    },
    data: (delta) => watch.data(delta),
    thinking: (delta) => listener.thinking?.(delta),
    toolCall: (id, name) => listener.toolCall?.(id, name),
  };
}

/** What listens to a stream hears a whole answer as one piece. */
function tellWhole(listener: ReplyListener, reply: ModelReply): ModelReply {
  if (reply.thinking !== undefined) listener.thinking?.(reply.thinking);
  if (reply.text !== "") listener.text?.(reply.text);
  for (const call of reply.toolCalls) listener.toolCall?.(call.id, call.name);
  return reply;
}

export function headerOf(response: HttpResponse, name: string): string | undefined {
  const key = Object.keys(response.headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : response.headers[key];
}

async function readStream(
  call: Exchange,
  scope: RequestScope,
  response: HttpResponse,
  stream: ReplyStream,
): Promise<ModelReply> {
  const decoder = call.dialect.framing === "ndjson" ? new LineEvents() : new SseDecoder();
  const { watch } = call;
  await eachChunk(scope, response, (chunk) => {
    for (const event of decoder.push(chunk)) stream.push(event);
    return watch?.settle();
  });
  for (const event of decoder.end()) stream.push(event);
  const reply = stream.finish();
  await watch?.settle();
  return reply;
}

async function readWhole(call: Exchange, scope: RequestScope, response: HttpResponse): Promise<ModelReply> {
  const text = await readText(scope, response);
  const body: DictValue | undefined = asDict(text);
  if (body === undefined) {
    throw networkFailure(call.request.provider, new Error(`the answer is no JSON object: ${text.slice(0, 200)}`));
  }
  return call.dialect.readReply(body, call.request);
}

function asDict(text: string): DictValue | undefined {
  const value = tryParseJson(text);
  return isDict(value) ? value : undefined;
}

async function refusal(call: Exchange, scope: RequestScope, response: HttpResponse): Promise<ModelFailure> {
  return failureOfResponse({
    provider: call.request.provider,
    status: response.status,
    retryAfter: headerOf(response, "retry-after"),
    body: await readText(scope, response),
    now: call.clock.now(),
  });
}

async function readText(scope: RequestScope, response: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  await eachChunk(scope, response, (chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  return text + decoder.decode();
}

/** Reads the body to its end; an abort ends the reading even while the host waits for bytes. */
async function eachChunk(
  scope: RequestScope,
  response: HttpResponse,
  take: (chunk: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const chunks = response.body[Symbol.asyncIterator]();
  let isExhausted = false;
  try {
    for (;;) {
      const next = await scope.race(chunks.next());
      if (next.done === true) {
        isExhausted = true;
        return;
      }
      const taken = take(next.value);
      if (taken !== undefined) await taken;
    }
  } finally {
    // Not awaited: a host that is stuck in a read would hold the caller with it.
    if (!isExhausted) chunks.return?.().then(undefined, () => undefined);
  }
}
