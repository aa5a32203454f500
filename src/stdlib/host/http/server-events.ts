import { type Builtin, type CallContext, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, show, type Value } from "../../../value/index.ts";
import { fail } from "../faults.ts";
import { dictOption, intOption } from "../options.ts";
import { commentFrame, eventFrame, frameValue } from "./event-frame.ts";
import { handleId, openHandle, transportHandles } from "./handles.ts";

const http = declare("http");

/** An answer that goes on as a stream of events, until somebody ends it. */
export class ServerEventStream {
  readonly status: number;
  readonly headers: DictValue;
  readonly maxEventBytes: number;
  readonly maxBufferedEvents: number;
  readonly frames: string[] = [];
  sent = 0;
  flushed = 0;
  isClosed = false;
  isDisconnected = false;
  isCancelled = false;
  cancelReason: string | undefined;

  constructor(options: DictValue | undefined) {
    this.status = Math.min(599, Math.max(100, intOption(options, "status") ?? 200));
    this.headers = responseHeaders(dictOption(options, "headers"));
    this.maxEventBytes = Math.max(1, intOption(options, "max_event_bytes") ?? 1024 * 1024);
    this.maxBufferedEvents = Math.max(1, intOption(options, "max_buffered_events") ?? 10_000);
  }

  get isOver(): boolean {
    return this.isClosed || this.isCancelled || this.isDisconnected;
  }
}

function responseHeaders(stated: DictValue | undefined): DictValue {
  const headers = new Map<string, Value>([
    ["content-type", "text/event-stream; charset=utf-8"],
    ["cache-control", "no-cache"],
    ["connection", "keep-alive"],
    ["x-accel-buffering", "no"],
  ]);
  for (const [name, value] of stated?.entries() ?? []) {
    for (const existing of [...headers.keys()]) if (existing === name.toLowerCase()) headers.delete(existing);
    headers.set(name, show(value));
  }
  return new DictValue(headers);
}

function respond(context: CallContext, options: DictValue | undefined): DictValue {
  const stream = new ServerEventStream(options);
  const { serverEvents } = context.service(transportHandles);
  const id = openHandle(context, "sse_server_response", "sse-server", "streams", serverEvents, stream);
  return DictValue.of({
    id,
    type: "sse_response",
    status: stream.status,
    headers: stream.headers,
    body: null,
    streaming: true,
    max_event_bytes: stream.maxEventBytes,
    max_buffered_events: stream.maxBufferedEvents,
  });
}

/** False once the stream is over: a client that left is no error of the program. */
function push(stream: ServerEventStream, frame: string, builtin: string): boolean {
  if (stream.isOver) return false;
  if (new TextEncoder().encode(frame).length > stream.maxEventBytes) {
    throw fail(`${builtin}: event exceeded max_event_bytes (${stream.maxEventBytes})`);
  }
  if (stream.frames.length >= stream.maxBufferedEvents) {
    throw fail(`${builtin}: buffered events exceeded max_buffered_events (${stream.maxBufferedEvents})`);
  }
  stream.frames.push(frame);
  stream.sent++;
  return true;
}

const handle = t.union(t.string, t.dict);

function named(context: CallContext, value: Value, builtin: string): [string, ServerEventStream] {
  const id = handleId(value, builtin);
  const stream = context.service(transportHandles).serverEvents.get(id);
  if (stream === undefined) throw fail(`${builtin}: unknown stream '${id}'`);
  return [id, stream];
}

function onStream(name: string, summary: string, act: (stream: ServerEventStream, id: string) => Value): Builtin {
  return http({
    name,
    summary,
    params: [req("stream", handle)],
    effect: "state",
    run(context, value) {
      const [id, stream] = named(context, value, name);
      return act(stream, id);
    },
  });
}

function statusOf(stream: ServerEventStream, id: string): DictValue {
  return DictValue.of({
    id,
    status: stream.status,
    headers: stream.headers,
    buffered_events: stream.frames.length,
    sent_events: stream.sent,
    flushed_events: stream.flushed,
    closed: stream.isClosed,
    disconnected: stream.isDisconnected,
    cancelled: stream.isCancelled,
    cancel_reason: stream.cancelReason ?? null,
    max_event_bytes: stream.maxEventBytes,
    max_buffered_events: stream.maxBufferedEvents,
  });
}

export const serverEventBuiltins: readonly Builtin[] = [
  http({
    name: "sse_event",
    summary: "The text of a server-sent event: of data, or of a dict with `data event id retry comment`.",
    params: [req("event", t.any), opt("options", t.dict)],
    returns: t.string,
    examples: [['sse_event({event: "e", data: "d"})', '"event: e\\ndata: d\\n\\n"']],
    run: (_context, event, options) => eventFrame(event, options),
  }),
  http({
    name: "sse_server_response",
    summary: "An answer that is a stream of events.",
    params: [opt("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: respond,
  }),
  http({
    name: "sse_server_send",
    summary: "Write an event to a stream; whether anybody still listens.",
    params: [req("stream", handle), req("event", t.any), opt("options", t.dict)],
    returns: t.bool,
    effect: "state",
    run(context, value, event, options) {
      const frame = eventFrame(event, options);
      return push(named(context, value, "sse_server_send")[1], frame, "sse_server_send");
    },
  }),
  http({
    name: "sse_server_heartbeat",
    summary: "Write a comment to a stream, which keeps the connection awake.",
    params: [req("stream", handle), opt("comment", t.any)],
    returns: t.bool,
    effect: "state",
    run(context, value, comment) {
      const frame = `${commentFrame(comment === undefined ? "heartbeat" : show(comment))}\n`;
      return push(named(context, value, "sse_server_heartbeat")[1], frame, "sse_server_heartbeat");
    },
  }),
  http({
    name: "sse_server_cancel",
    summary: "End a stream for a reason; whether it was not cancelled before.",
    params: [req("stream", handle), opt("reason", t.any)],
    returns: t.bool,
    effect: "state",
    run(context, value, reason) {
      const [, stream] = named(context, value, "sse_server_cancel");
      if (stream.isCancelled) return false;
      stream.isCancelled = true;
      stream.isClosed = true;
      stream.cancelReason = reason === undefined ? undefined : show(reason) || undefined;
      return true;
    },
  }),
  onStream("sse_server_flush", "Count everything written as sent; whether the stream is open.", (stream) => {
    if (stream.isDisconnected || stream.isCancelled) return false;
    stream.flushed = stream.sent;
    return !stream.isClosed;
  }),
  onStream("sse_server_close", "End a stream; whether it was open.", (stream) => {
    const wasOpen = !stream.isClosed;
    stream.isClosed = true;
    return wasOpen;
  }),
  onStream("sse_server_status", "The state of a stream.", statusOf),
  onStream("sse_server_disconnected", "Whether the client has left.", (stream) => stream.isDisconnected),
  onStream("sse_server_cancelled", "Whether the stream was cancelled.", (stream) => stream.isCancelled),
  onStream("sse_server_mock_receive", "What a client would read next.", (stream) => {
    const frame = stream.frames.shift();
    if (frame !== undefined) return frameValue(frame);
    return stream.isOver ? DictValue.of({ type: "close", server_closed: true }) : DictValue.of({ type: "timeout" });
  }),
  onStream("sse_server_mock_disconnect", "Let the client leave; whether it was there.", (stream) => {
    if (stream.isDisconnected) return false;
    stream.isDisconnected = true;
    stream.isClosed = true;
    return true;
  }),
];
