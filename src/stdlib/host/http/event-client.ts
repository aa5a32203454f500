import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, show, type Value } from "../../../value/index.ts";
import { fail, failureOf } from "../faults.ts";
import { asDict, dictOption, intOption } from "../options.ts";
import { Arrivals } from "./arrivals.ts";
import { EventReader, eventValue, type ServerEvent } from "./event-frame.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { openHandle, transportHandles } from "./handles.ts";
import { matchesUrl } from "./mocks.ts";
import { planRequest, refuseUnsupported, requireWebUrl } from "./request.ts";
import {
  defaultMaxMessages,
  type EventSource,
  type EventStream,
  maxMessageBytes,
  receiveTimeout,
  transports,
} from "./transports.ts";

const http = declare("http");

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

async function connect(context: CallContext, method: string, url: string, options: DictValue): Promise<Value> {
  const state = context.service(transports);
  const mock = state.eventMocks.find(({ pattern }) => matchesUrl(pattern, url));
  const source = mock === undefined ? await openLive(context, method, url, options) : mockedSource(mock.events);
  const stream: EventStream = {
    source,
    maxEvents: Math.max(1, intOption(options, "max_events") ?? defaultMaxMessages),
    maxMessageBytes: maxMessageBytes(options),
    received: 0,
    isOpened: false,
    arrivals: new Arrivals(() => source.next()),
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
  const event = await stream.arrivals.next(context, timeout).catch((error: unknown) => {
    throw failureOf("sse_receive", error, (reason) => `sse_receive: stream error: ${reason}`);
  });
  if (event === "timeout") return DictValue.of({ type: "timeout" });
  if (event === undefined) return null;
  if (new TextEncoder().encode(event.data).length > stream.maxMessageBytes) {
    throw fail(`sse_receive: message exceeded max_message_bytes (${stream.maxMessageBytes})`);
  }
  return eventValue(event);
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

const records: readonly Builtin[] = [
  http({
    name: "transport_mock_calls",
    summary: "What was done with mocked streams and sockets.",
    params: [],
    returns: t.list,
    effect: "test",
    examples: [["transport_mock_calls()", "[]"]],
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

export const eventClientBuiltins: readonly Builtin[] = [...eventStreams, ...records];
