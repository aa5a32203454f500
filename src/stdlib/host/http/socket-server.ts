import {
  type Builtin,
  type CallContext,
  declare,
  openConnections,
  opt,
  req,
  t,
  type WebSocketUpgrade,
} from "../../../builtin/index.ts";
import { DictValue, show, type Value } from "../../../value/index.ts";
import { fail, failureOf, need } from "../faults.ts";
import { asDict, intOption } from "../options.ts";
import { Arrivals } from "./arrivals.ts";
import { handleId, openHandle } from "./handles.ts";
import { liveHandle, socketHandle } from "./socket-client.ts";
import type { AdmittedSocket, SocketRoute, SocketServer } from "./sockets.ts";
import { defaultMaxMessages, maxMessageBytes, receiveTimeout, transports } from "./transports.ts";

const http = declare("http");

const serverLimit = 16;
const defaultIdleTimeout = 30_000;
const defaultSendBuffer = 64;

function routeOf(options: DictValue): SocketRoute {
  const auth = options.get("auth");
  const bearer =
    auth === undefined ? "" : show(asDict(auth) === undefined ? auth : (asDict(auth)?.get("bearer") ?? ""));
  const idle = Math.max(0, intOption(options, "idle_timeout_ms") ?? defaultIdleTimeout);
  return {
    bearer: bearer === "" ? undefined : bearer,
    maxMessages: Math.max(1, intOption(options, "max_messages") ?? defaultMaxMessages),
    maxMessageBytes: maxMessageBytes(options),
    sendBuffer: Math.max(0, intOption(options, "send_buffer_messages") ?? defaultSendBuffer),
    idleTimeoutMs: idle === 0 ? undefined : idle,
  };
}

function checkPath(builtin: string, path: string): string {
  if (!path.startsWith("/")) throw fail(`${builtin}: path must start with '/'`);
  return path;
}

/** `127.0.0.1:8080`, `[::1]:0`, `localhost:0`. */
function addressOf(bind: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(bind);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535) throw fail("websocket_server: bind failed: invalid socket address");
  return { host: found[1] ?? found[2] ?? "", port };
}

async function open(context: CallContext, bind: string, options: DictValue): Promise<Value> {
  const state = context.service(transports);
  const { host, port } = addressOf(bind);
  const path = show(options.get("path") ?? "");
  const routes = new Map<string, SocketRoute>();
  if (path !== "") routes.set(checkPath("websocket_server", path), routeOf(options));
  if (state.servers.size >= serverLimit) throw fail(`websocket_server: maximum open servers (${serverLimit}) reached`);
  const server = await need(context, "websocket_server", "webSockets")
    .listen(host, port)
    .catch((error: unknown) => {
      throw failureOf("websocket_server", error, (reason) => `websocket_server: bind failed: ${reason}`);
    });
  context.service(openConnections).add(server);
  const found: SocketServer = { server, routes, admitted: admittedBy(server, routes) };
  const id = openHandle(context, "websocket_server", "websocket-server", "servers", state.servers, found);
  return DictValue.of({ id, addr: server.address, url: `ws://${server.address}` });
}

/**
 * Judges those who ask, from now on, whether or not the program is waiting for them: a client's handshake ends before anybody accepts it.
 */
function admittedBy(server: SocketServer["server"], routes: SocketServer["routes"]): SocketServer["admitted"] {
  const ready: Promise<AdmittedSocket | undefined>[] = [];
  const waiting: ((socket: Promise<AdmittedSocket | undefined>) => void)[] = [];
  const put = (socket: Promise<AdmittedSocket | undefined>): void => {
    const give = waiting.shift();
    if (give === undefined) ready.push(socket);
    else give(socket);
  };
  const judgeAll = async (): Promise<void> => {
    for (let upgrade = await server.accept(); upgrade !== undefined; upgrade = await server.accept()) {
      const admitted = await judge(upgrade, routes);
      if (admitted !== undefined) put(Promise.resolve(admitted));
    }
  };
  void judgeAll().then(
    () => put(Promise.resolve(undefined)),
    (error: unknown) => put(Promise.reject(error)),
  );
  return new Arrivals(() => ready.shift() ?? new Promise((resolve) => waiting.push(resolve)));
}

async function judge(upgrade: WebSocketUpgrade, routes: SocketServer["routes"]): Promise<AdmittedSocket | undefined> {
  const { headers, path, peer } = upgrade;
  const route = routes.get(path);
  try {
    if (route === undefined) await upgrade.refuse(404, "websocket route not found");
    else if (!isAuthorized(route, headers)) await upgrade.refuse(401, "websocket route unauthorized");
    else return { socket: await upgrade.admit(route), route, path, peer, headers };
  } catch {
    // Whoever asked has gone away.
  }
  return undefined;
}

/** Compares all of it, wherever the first difference is. */
function isAuthorized({ bearer }: SocketRoute, headers: Readonly<Record<string, string>>): boolean {
  if (bearer === undefined) return true;
  const [given, wanted] = [headers.authorization ?? "", `Bearer ${bearer}`].map((text) =>
    new TextEncoder().encode(text),
  );
  let difference = (given?.length ?? 0) ^ (wanted?.length ?? 0);
  for (const [at, byte] of (wanted ?? new Uint8Array()).entries()) difference |= byte ^ (given?.[at] ?? 0);
  return difference === 0;
}

function named(context: CallContext, value: Value, builtin: string): SocketServer {
  const id = handleId(value, builtin);
  const found = context.service(transports).servers.get(id);
  if (found === undefined) throw fail(`${builtin}: unknown server '${id}'`);
  return found;
}

async function accept(context: CallContext, { admitted }: SocketServer, timeout: number): Promise<Value> {
  const next = await admitted.next(context, timeout);
  if (next === "timeout") return DictValue.of({ type: "timeout" });
  if (next === undefined) return null;
  const { headers, path, peer, route, socket } = next;
  const { maxMessageBytes: most, maxMessages, sendBuffer } = route;
  const handle = liveHandle(context, socket, { url: path, maxMessages, maxMessageBytes: most }, sendBuffer);
  const id = openHandle(
    context,
    "websocket_accept",
    "websocket",
    "sockets",
    context.service(transports).sockets,
    handle,
  );
  return DictValue.of({ id, path, peer, headers: DictValue.of(headers) });
}

export const socketServerBuiltins: readonly Builtin[] = [
  http({
    name: "websocket_server",
    summary:
      "Listen for WebSocket connections at `host:port` (`127.0.0.1:0`): `{id, addr, url}`. With `path` in the options, that is its first route.",
    params: [opt("bind", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "net.write",
    run: (context, bind, options) =>
      context.async(() => open(context, bind || "127.0.0.1:0", options ?? new DictValue())),
  }),
  http({
    name: "websocket_route",
    summary:
      "Let a server take connections for a path. Options: `auth` (`{bearer}`), `max_messages`, `max_message_bytes`, `send_buffer_messages` (64), `idle_timeout_ms` (30000, 0 for none).",
    params: [req("server", socketHandle), req("path", t.string), opt("options", t.dict)],
    returns: t.bool,
    effect: "net.write",
    run(context, value, path, options) {
      const { routes } = named(context, value, "websocket_route");
      routes.set(checkPath("websocket_route", path), routeOf(options ?? new DictValue()));
      return true;
    },
  }),
  http({
    name: "websocket_accept",
    summary:
      "The next connection `{id, path, peer, headers}`, `{type: timeout}` when none came in time, nil when the server is closed.",
    params: [req("server", socketHandle), opt("timeout_ms", t.any)],
    effect: "net.write",
    run(context, value, timeout) {
      const server = named(context, value, "websocket_accept");
      return context.async(() => accept(context, server, receiveTimeout(timeout)));
    },
  }),
  http({
    name: "websocket_server_close",
    summary: "Stop listening; whether the server was open. Connections that were accepted stay.",
    params: [req("server", socketHandle)],
    returns: t.bool,
    effect: "net.write",
    run(context, value) {
      const id = handleId(value, "websocket_server_close");
      const { servers } = context.service(transports);
      const found = servers.get(id);
      if (found === undefined) return false;
      servers.delete(id);
      context.service(openConnections).remove(found.server);
      return context.async(async () => {
        await found.server.close();
        return true;
      });
    },
  }),
];
