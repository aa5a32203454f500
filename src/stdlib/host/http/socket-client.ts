import {
  type Builtin,
  type CallContext,
  declare,
  egressKey,
  type HostWebSocket,
  type Outcome,
  openConnections,
  opt,
  req,
  t,
  type WebSocketMessage,
} from "../../../builtin/index.ts";
import { DictValue, ListValue, show, type Value } from "../../../value/index.ts";
import { fail, failureOf, need } from "../faults.ts";
import { asDict, flagOption, intOption, listOption, millisecondsOf } from "../options.ts";
import { Arrivals } from "./arrivals.ts";
import { handleId, openHandle } from "./handles.ts";
import { matchesUrl } from "./mocks.ts";
import { headersOf } from "./request.ts";
import { type LiveEnd, messageOf, messageValue, type SocketMock, shownData, type WebSocketHandle } from "./sockets.ts";
import { defaultMaxMessages, maxMessageBytes, receiveTimeout, transports } from "./transports.ts";

const http = declare("http");

const defaultConnectTimeout = 30_000;

export const socketHandle = t.union(t.string, t.dict);

/** The program's end of a connection, ended with the runtime at the latest. */
export function liveHandle(
  context: CallContext,
  socket: HostWebSocket,
  limits: Pick<WebSocketHandle, "url" | "maxMessages" | "maxMessageBytes">,
  sendBuffer?: number,
): WebSocketHandle {
  context.service(openConnections).add(socket);
  const arrivals = new Arrivals<WebSocketMessage>(() => socket.receive());
  return { ...limits, received: 0, socket, end: { kind: "live", socket, arrivals, sendBuffer, pendingSends: 0 } };
}

function connect(context: CallContext, url: string, options: DictValue): Outcome {
  const state = context.service(transports);
  const mock = state.socketMocks.find(({ pattern }) => matchesUrl(pattern, url));
  const limits = {
    url,
    maxMessages: Math.max(1, intOption(options, "max_messages") ?? defaultMaxMessages),
    maxMessageBytes: maxMessageBytes(options),
  };
  if (mock === undefined) return context.async(() => connectLive(context, limits, options));
  const handle = open(context, { ...limits, received: 0, ...mockEnd(mock) });
  state.calls.push({ kind: "websocket_connect", url, handle });
  return handle;
}

function mockEnd({ echoes, messages }: SocketMock): Pick<WebSocketHandle, "end" | "socket"> {
  return { end: { kind: "mock", messages: [...messages], echoes }, socket: { close: async () => {} } };
}

function open(context: CallContext, handle: WebSocketHandle): string {
  return openHandle(context, "websocket_connect", "websocket", "sockets", context.service(transports).sockets, handle);
}

async function connectLive(
  context: CallContext,
  limits: Pick<WebSocketHandle, "url" | "maxMessages" | "maxMessageBytes">,
  options: DictValue,
): Promise<Value> {
  const { url } = limits;
  if (!/^wss?:\/\//.test(url)) throw fail(`websocket_connect: URL must start with ws:// or wss://, got '${url}'`);
  if (!URL.canParse(url)) throw fail(`websocket_connect: invalid URL '${url}'`);
  context.service(egressKey).check("websocket_connect", url);
  const webSockets = need(context, "websocket_connect", "webSockets");
  const headers = Object.fromEntries(headersOf(options));
  const timeout = Math.max(
    0,
    millisecondsOf(options.get("timeout_ms") ?? options.get("timeout")) ?? defaultConnectTimeout,
  );
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(context.signal.reason);
  const late = fail(`websocket_connect: timed out after ${timeout}ms`);
  const disarm = context.host.clock.schedule(timeout, () => stop.abort(late));
  context.signal.addEventListener("abort", onAbort, { once: true });
  try {
    const request = { url, headers, maxMessageBytes: limits.maxMessageBytes, signal: stop.signal };
    const socket = await webSockets.connect(request);
    return open(context, liveHandle(context, socket, limits));
  } catch (error) {
    throw failureOf("websocket_connect", error, (reason) => `websocket_connect: failed: ${reason}`);
  } finally {
    disarm();
    context.signal.removeEventListener("abort", onAbort);
  }
}

function named(context: CallContext, value: Value, builtin: string): [string, WebSocketHandle] {
  const id = handleId(value, builtin);
  const handle = context.service(transports).sockets.get(id);
  if (handle === undefined) throw fail(`${builtin}: unknown socket '${id}'`);
  return [id, handle];
}

function send(context: CallContext, value: Value, message: Value, options: DictValue | undefined): Outcome {
  const [id, handle] = named(context, value, "websocket_send");
  const stated = options?.get("type");
  const shape = asDict(message) === undefined && options?.get("type") === "close" ? closing(message, options) : message;
  const sent = messageOf("websocket_send", shape, stated === undefined ? undefined : show(stated));
  if (sent.bytes.length > handle.maxMessageBytes) throw tooLong("websocket_send", handle);
  const { end, url } = handle;
  if (end.kind === "live") return sendLive(context, end, sent);
  context
    .service(transports)
    .calls.push({ kind: "websocket_send", url, handle: id, type: sent.type, data: shownData(sent) });
  if (end.echoes) end.messages.push(sent);
  return true;
}

/** `code` and `reason` of a good-bye may stand among the options. */
function closing(reason: Value, options: DictValue): DictValue {
  const said = options.get("reason") ?? reason;
  return DictValue.of({ type: "close", code: options.get("code") ?? null, reason: show(said) === "" ? null : said });
}

/** A full buffer refuses; otherwise whoever sends does not wait for whoever reads, unless the connection has no buffer. */
function sendLive(context: CallContext, end: LiveEnd, message: WebSocketMessage): Outcome {
  const inWords = (reason: string): string => `websocket_send: failed: ${reason}`;
  const sending = async (): Promise<void> => {
    try {
      await end.socket.send(message);
    } catch (error) {
      throw failureOf("websocket_send", error, inWords);
    }
  };
  if (end.sendBuffer === undefined || message.type === "close")
    return context.async(async () => {
      await sending();
      return true;
    });
  if (end.pendingSends >= end.sendBuffer) throw fail("websocket_send: send buffer full");
  end.pendingSends++;
  // Who has gone away is told by the next receive.
  void sending()
    .catch(() => {})
    .finally(() => {
      end.pendingSends--;
    });
  return true;
}

function receive(context: CallContext, value: Value, timeout: number): Outcome {
  const [id, handle] = named(context, value, "websocket_receive");
  if (handle.received >= handle.maxMessages) throw fail(`websocket_receive: socket '${id}' exceeded max_messages`);
  handle.received++;
  const { end } = handle;
  if (end.kind === "live") return context.async(() => receiveLive(context, end, timeout));
  const message = end.messages.shift();
  if (message !== undefined && message.bytes.length > handle.maxMessageBytes)
    throw tooLong("websocket_receive", handle);
  if (message !== undefined) return messageValue(message);
  return end.echoes ? DictValue.of({ type: "timeout" }) : null;
}

async function receiveLive(context: CallContext, end: LiveEnd, timeout: number): Promise<Value> {
  try {
    const message = await end.arrivals.next(context, timeout);
    if (message === "timeout") return DictValue.of({ type: "timeout" });
    return message === undefined ? null : messageValue(message);
  } catch (error) {
    throw failureOf("websocket_receive", error, (reason) => `websocket_receive: ${reason}`);
  }
}

function tooLong(builtin: string, { maxMessageBytes: most }: WebSocketHandle): ReturnType<typeof fail> {
  return fail(`${builtin}: message exceeded max_message_bytes (${most})`);
}

function close(context: CallContext, value: Value): Outcome {
  const id = handleId(value, "websocket_close");
  const state = context.service(transports);
  const handle = state.sockets.get(id);
  if (handle === undefined) return false;
  state.sockets.delete(id);
  const { end, url } = handle;
  if (end.kind === "mock") {
    state.calls.push({ kind: "websocket_close", url, handle: id });
    return true;
  }
  context.service(openConnections).remove(end.socket);
  return context.async(async () => {
    await end.socket.close();
    return true;
  });
}

export const socketClientBuiltins: readonly Builtin[] = [
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
      const messages = listed.map((message) => messageOf("websocket_mock", message));
      context.service(transports).socketMocks.push({ pattern, messages, echoes: flagOption(fields, "echo") === true });
      return null;
    },
  }),
  http({
    name: "websocket_connect",
    summary:
      "Open a socket and get a handle. Options: `headers`, `auth` (`{bearer}`, `{basic}`), `timeout_ms` (30000), `max_messages` (10000), `max_message_bytes` (1 MiB).",
    params: [req("url", t.string), opt("options", t.dict)],
    returns: t.string,
    effect: "net.write",
    run(context, url, options) {
      if (url === "") throw fail("websocket_connect: URL is required");
      return connect(context, url, options ?? new DictValue());
    },
  }),
  http({
    name: "websocket_send",
    summary:
      "Send a text, bytes, or `{type, data}` with a type of `text`, `binary`, `ping`, `pong` or `close` (`code`, `reason`).",
    params: [req("socket", socketHandle), req("message", t.any), opt("options", t.dict)],
    returns: t.bool,
    effect: "net.write",
    run: send,
  }),
  http({
    name: "websocket_receive",
    summary:
      "The next message `{type, data | data_base64}`, `{type: timeout}` when none came in time, nil after the closing one.",
    params: [req("socket", socketHandle), opt("timeout_ms", t.any)],
    effect: "net.write",
    run: (context, socket, timeout) => receive(context, socket, receiveTimeout(timeout)),
  }),
  http({
    name: "websocket_close",
    summary: "Close a socket; whether it was open.",
    params: [req("socket", socketHandle)],
    returns: t.bool,
    effect: "net.write",
    run: close,
  }),
];
