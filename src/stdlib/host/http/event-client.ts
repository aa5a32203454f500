import {
  type Builtin,
  type CallContext,
  declare,
  egressKey,
  type Outcome,
  opt,
  req,
  serviceKey,
  t,
} from "../../../builtin/index.ts";
import {
  BytesValue,
  DictValue,
  encodeBase64,
  ListValue,
  runtimeError,
  show,
  type Value,
} from "../../../value/index.ts";
import { inputBytes } from "../crypto/encodings.ts";
import { lossyText } from "../crypto/percent.ts";
import { fail, failureOf } from "../faults.ts";
import { asDict, dictOption, flagOption, intOption, listOption, millisecondsOf } from "../options.ts";
import { EventReader, eventValue, type ServerEvent } from "./event-frame.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { handleId, openHandle, transportHandles } from "./handles.ts";
import { matchesUrl } from "./mocks.ts";
import { planRequest, refuseUnsupported, requireWebUrl } from "./request.ts";

const http = declare("http");

const defaultReceiveTimeout = 30_000;
const defaultMaxMessageBytes = 1024 * 1024;

/** Where the events of a stream come from. */
interface EventSource {
  /** `undefined` at the end. */
  next(): Promise<ServerEvent | undefined>;
  close(): void;
}

interface EventStream {
  readonly source: EventSource;
  readonly maxEvents: number;
  readonly maxMessageBytes: number;
  received: number;
  isOpened: boolean;
  /** A read that went on when its receiver had waited long enough; the next receiver gets it. */
  reading: Promise<ServerEvent | undefined> | undefined;
}

interface Message {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly code: number | undefined;
  readonly reason: string | undefined;
}

interface MockSocket {
  readonly url: string;
  readonly messages: Message[];
  readonly echoes: boolean;
  readonly maxMessages: number;
  readonly maxMessageBytes: number;
  received: number;
}

interface TransportCall {
  readonly kind: string;
  readonly url: string;
  readonly handle: string;
  readonly type?: string;
  readonly data?: string;
}

/** Mocked streams and sockets, the open ones, and what was done with them. One per runtime. */
export class Transports {
  readonly eventMocks: { readonly pattern: string; readonly events: readonly ServerEvent[] }[] = [];
  readonly socketMocks: {
    readonly pattern: string;
    readonly messages: readonly Message[];
    readonly echoes: boolean;
  }[] = [];
  readonly events = new Map<string, EventStream>();
  readonly sockets = new Map<string, MockSocket>();
  readonly calls: TransportCall[] = [];

  clear(): void {
    for (const stream of this.events.values()) stream.source.close();
    this.eventMocks.length = 0;
    this.socketMocks.length = 0;
    this.calls.length = 0;
    this.events.clear();
    this.sockets.clear();
  }
}

export const transports = serviceKey<Transports>("transports", () => new Transports());

function mockedEvent(value: Value): ServerEvent {
  const fields = asDict(value);
  if (fields === undefined) return { event: "message", data: show(value), id: undefined, retryMs: undefined };
  const text = (key: string): string => show(fields.get(key) ?? "");
  return {
    event: text("event") || text("type") || "message",
    data: text("data"),
    id: text("id") || undefined,
    retryMs: intOption(fields, "retry_ms"),
  };
}

function mockedSource(events: readonly ServerEvent[]): EventSource {
  const left = [...events];
  return { next: async () => left.shift(), close: () => left.splice(0) };
}

function liveSource(exchanged: Exchange): EventSource {
  const reader = new EventReader();
  const chunks = exchanged.body[Symbol.asyncIterator]();
  const ready: ServerEvent[] = [];
  return {
    async next() {
      while (ready.length === 0) {
        const { done, value } = await chunks.next();
        if (done === true) return undefined;
        ready.push(...reader.push(value));
      }
      return ready.shift();
    },
    close: () => exchanged.close(),
  };
}

function maxMessageBytes(options: DictValue | undefined): number {
  return Math.max(1, intOption(options, "max_message_bytes") ?? defaultMaxMessageBytes);
}

async function connect(context: CallContext, method: string, url: string, options: DictValue): Promise<Value> {
  const state = context.service(transports);
  const mock = state.eventMocks.find(({ pattern }) => matchesUrl(pattern, url));
  const source = mock === undefined ? await openLive(context, method, url, options) : mockedSource(mock.events);
  const stream: EventStream = {
    source,
    maxEvents: Math.max(1, intOption(options, "max_events") ?? 10_000),
    maxMessageBytes: maxMessageBytes(options),
    received: 0,
    isOpened: false,
    reading: undefined,
  };
  const handle = openHandle(context, "sse_connect", "sse", "streams", state.events, stream);
  if (mock !== undefined) state.calls.push({ kind: "sse_connect", url, handle });
  return handle;
}

async function openLive(context: CallContext, method: string, url: string, options: DictValue): Promise<EventSource> {
  const base = context.service(transportHandles).sessions.get(show(options.get("session") ?? ""));
  const merged = new DictValue(new Map([...(base?.toMap() ?? []), ...options.toMap()]));
  const headers = dictOption(merged, "headers") ?? new DictValue();
  const accepting = headers.keys().some((name) => name.toLowerCase() === "accept")
    ? headers
    : headers.with("accept", "text/event-stream");
  const plan = planRequest(context, "sse_connect", method, url, merged.with("headers", accepting));
  requireWebUrl("sse_connect", plan, url);
  refuseUnsupported(merged);
  const purpose = { builtin: "sse_connect", label: "sse_connect", surface: "sse_connect" };
  const exchanged = await exchange(context, plan, purpose);
  if (exchanged.status >= 200 && exchanged.status < 300) return liveSource(exchanged);
  exchanged.close();
  throw fail(`sse_connect: request failed: invalid status code: ${exchanged.status}`);
}

async function receive(context: CallContext, id: string, timeout: number): Promise<Value> {
  const stream = context.service(transports).events.get(id);
  if (stream === undefined) throw fail(`sse_receive: unknown stream '${id}'`);
  if (stream.received >= stream.maxEvents) throw fail(`sse_receive: stream '${id}' exceeded max_events`);
  stream.received++;
  if (!stream.isOpened) {
    stream.isOpened = true;
    return DictValue.of({ type: "open" });
  }
  const event = await nextWithin(context, stream, timeout);
  if (event === "timeout") return DictValue.of({ type: "timeout" });
  if (event === undefined) return null;
  if (new TextEncoder().encode(event.data).length > stream.maxMessageBytes) {
    throw fail(`sse_receive: message exceeded max_message_bytes (${stream.maxMessageBytes})`);
  }
  return eventValue(event);
}

async function nextWithin(
  context: CallContext,
  stream: EventStream,
  timeout: number,
): Promise<ServerEvent | undefined | "timeout"> {
  stream.reading ??= stream.source.next();
  let cancel = (): void => {};
  const expiry = new Promise<"timeout">((resolve) => {
    cancel = context.host.clock.schedule(timeout, () => resolve("timeout"));
  });
  try {
    const event = await Promise.race([stream.reading, expiry]);
    if (event !== "timeout") stream.reading = undefined;
    return event;
  } catch (error) {
    stream.reading = undefined;
    throw failureOf("sse_receive", error, (reason) => `sse_receive: stream error: ${reason}`);
  } finally {
    cancel();
  }
}

function receiveTimeout(value: Value | undefined): number {
  return Math.max(0, millisecondsOf(value) ?? defaultReceiveTimeout);
}

const eventStreams: readonly Builtin[] = [
  http({
    name: "sse_mock",
    summary: "Let a list of events stand for the streams whose URL matches a pattern.",
    params: [req("url_pattern", t.string), opt("events", t.list)],
    returns: t.nil,
    effect: "test",
    run(context, pattern, events) {
      if (pattern === "") throw fail("sse_mock: URL pattern is required");
      context.service(transports).eventMocks.push({ pattern, events: (events?.view() ?? []).map(mockedEvent) });
      return null;
    },
  }),
  http({
    name: "sse_connect",
    summary: "Open a stream of server-sent events and get a handle.",
    params: [opt("method", t.string), opt("url", t.string), opt("options", t.dict)],
    returns: t.string,
    effect: "net.write",
    run(context, method, url, options): Outcome {
      if (url === undefined || url === "") throw fail("sse_connect: URL is required");
      return context.async(() => connect(context, (method || "GET").toUpperCase(), url, options ?? new DictValue()));
    },
  }),
  http({
    name: "sse_receive",
    summary: "The next event: `{type: open | event | timeout}`, nil at the end.",
    params: [req("stream", t.string), opt("timeout_ms", t.any)],
    effect: "net.write",
    run: (context, stream, timeout) => context.async(() => receive(context, stream, receiveTimeout(timeout))),
  }),
  http({
    name: "sse_close",
    summary: "Close a stream of events; whether it was open.",
    params: [req("stream", t.string)],
    returns: t.bool,
    effect: "net.write",
    run(context, id) {
      const { events } = context.service(transports);
      events.get(id)?.source.close();
      return events.delete(id);
    },
  }),
];

/** Text, bytes, or `{type, data, code?, reason?}`. */
function messageOf(value: Value, stated?: string): Message {
  const fields = asDict(value);
  if (fields === undefined) {
    return {
      type: stated ?? (value instanceof BytesValue ? "binary" : "text"),
      bytes: inputBytes(value),
      code: undefined,
      reason: undefined,
    };
  }
  const reason = fields.get("reason");
  return {
    type: show(fields.get("type") ?? stated ?? "text"),
    bytes: inputBytes(fields.get("data") ?? ""),
    code: intOption(fields, "code"),
    reason: reason === undefined ? undefined : show(reason),
  };
}

function messageValue({ type, bytes, code, reason }: Message): DictValue {
  if (type === "close") return DictValue.of({ type, code: code ?? null, reason: reason ?? null });
  return type === "text"
    ? DictValue.of({ type, data: lossyText(bytes) })
    : DictValue.of({ type, data_base64: encodeBase64(bytes) });
}

function shownData({ type, bytes }: Message): string {
  return type === "text" ? lossyText(bytes) : encodeBase64(bytes);
}

/** Sockets exist as mocks only: no host offers the real ones yet. */
function connectSocket(context: CallContext, url: string, options: DictValue | undefined): string {
  const state = context.service(transports);
  const mock = state.socketMocks.find(({ pattern }) => matchesUrl(pattern, url));
  if (mock === undefined) {
    context.service(egressKey).check("websocket_connect", url);
    throw runtimeError("websocket_connect: this host offers no WebSocket connections");
  }
  const socket: MockSocket = {
    url,
    messages: [...mock.messages],
    echoes: mock.echoes,
    maxMessages: Math.max(1, intOption(options, "max_messages") ?? 10_000),
    maxMessageBytes: maxMessageBytes(options),
    received: 0,
  };
  const handle = openHandle(context, "websocket_connect", "websocket", "sockets", state.sockets, socket);
  state.calls.push({ kind: "websocket_connect", url, handle });
  return handle;
}

const socketHandle = t.union(t.string, t.dict);

function socketNamed(context: CallContext, value: Value, builtin: string): [string, MockSocket] {
  const id = handleId(value, builtin);
  const socket = context.service(transports).sockets.get(id);
  if (socket === undefined) throw fail(`${builtin}: unknown socket '${id}'`);
  return [id, socket];
}

const sockets: readonly Builtin[] = [
  http({
    name: "websocket_mock",
    summary: "Let messages stand for the sockets whose URL matches a pattern: a list, or `{messages, echo}`.",
    params: [req("url_pattern", t.string), opt("config", t.any)],
    returns: t.nil,
    effect: "test",
    run(context, pattern, config) {
      if (pattern === "") throw fail("websocket_mock: URL pattern is required");
      const fields = asDict(config);
      const listed =
        config instanceof ListValue
          ? config.view()
          : (listOption(fields, "messages") ?? (config === undefined || fields !== undefined ? [] : [config]));
      const messages = listed.map((message) => messageOf(message));
      context.service(transports).socketMocks.push({ pattern, messages, echoes: flagOption(fields, "echo") === true });
      return null;
    },
  }),
  http({
    name: "websocket_connect",
    summary: "Open a socket and get a handle.",
    params: [req("url", t.string), opt("options", t.dict)],
    returns: t.string,
    effect: "net.write",
    run(context, url, options) {
      if (url === "") throw fail("websocket_connect: URL is required");
      return connectSocket(context, url, options);
    },
  }),
  http({
    name: "websocket_send",
    summary: "Send a message over a socket; whether it is open.",
    params: [req("socket", socketHandle), req("message", t.any), opt("options", t.dict)],
    returns: t.bool,
    effect: "net.write",
    run(context, value, message, options) {
      const [handle, socket] = socketNamed(context, value, "websocket_send");
      const stated = options?.get("type");
      const sent = messageOf(message, stated === undefined ? undefined : show(stated));
      context
        .service(transports)
        .calls.push({ kind: "websocket_send", url: socket.url, handle, type: sent.type, data: shownData(sent) });
      if (socket.echoes) socket.messages.push(sent);
      return true;
    },
  }),
  http({
    name: "websocket_receive",
    summary: "The next message of a socket, nil when it is closed.",
    params: [req("socket", socketHandle), opt("timeout_ms", t.any)],
    effect: "net.write",
    run(context, value) {
      const [id, socket] = socketNamed(context, value, "websocket_receive");
      if (socket.received >= socket.maxMessages) throw fail(`websocket_receive: socket '${id}' exceeded max_messages`);
      socket.received++;
      const message = socket.messages.shift();
      if (message !== undefined && message.bytes.length > socket.maxMessageBytes) {
        throw fail(`websocket_receive: message exceeded max_message_bytes (${socket.maxMessageBytes})`);
      }
      if (message !== undefined) return messageValue(message);
      return socket.echoes ? DictValue.of({ type: "timeout" }) : null;
    },
  }),
  http({
    name: "websocket_close",
    summary: "Close a socket; whether it was open.",
    params: [req("socket", socketHandle)],
    returns: t.bool,
    effect: "net.write",
    run(context, value) {
      const id = handleId(value, "websocket_close");
      const state = context.service(transports);
      const socket = state.sockets.get(id);
      if (socket === undefined) return false;
      state.sockets.delete(id);
      state.calls.push({ kind: "websocket_close", url: socket.url, handle: id });
      return true;
    },
  }),
];

const records: readonly Builtin[] = [
  http({
    name: "transport_mock_calls",
    summary: "What was done with mocked streams and sockets.",
    params: [],
    returns: t.list,
    effect: "test",
    run: (context) =>
      new ListValue(
        context
          .service(transports)
          .calls.map(({ kind, url, handle, type, data }) =>
            DictValue.of({ kind, url, handle, type: type ?? null, data: data ?? null }),
          ),
      ),
  }),
  http({
    name: "transport_mock_clear",
    summary: "Forget mocked streams and sockets and close the open ones.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(transports).clear();
      return null;
    },
  }),
];

export const eventClientBuiltins: readonly Builtin[] = [...eventStreams, ...sockets, ...records];
