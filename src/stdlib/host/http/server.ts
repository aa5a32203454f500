import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  req,
  serviceKey,
  t,
} from "../../../builtin/index.ts";
import { BytesValue, DictValue, show, truthy, type Value } from "../../../value/index.ts";
import { inputBytes } from "../crypto/encodings.ts";
import { lossyText, percentDecode } from "../crypto/percent.ts";
import { fail } from "../faults.ts";
import { asDict, dictOption, flagOption, intOption } from "../options.ts";
import { handleId, transportHandles } from "./handles.ts";
import { lowered, responseValue } from "./response.ts";

const server = declare("http-server");

const serverLimit = 128;
const defaultBodyLimit = 1024 * 1024;

interface Route {
  /** `*` for any. */
  readonly method: string;
  readonly template: string;
  readonly handler: Value;
  readonly maxBodyBytes: number | undefined;
  readonly keepsRawBody: boolean | undefined;
}

/** A table of routes with what runs around them. It listens to nothing by itself: hosts and tests hand requests in. */
interface Server {
  readonly routes: Route[];
  readonly before: Value[];
  readonly after: Value[];
  readonly onShutdown: Value[];
  readonly maxBodyBytes: number;
  readonly keepsRawBody: boolean;
  readiness: Value | undefined;
  isReady: boolean;
  isShutDown: boolean;
}

/** The servers of one runtime. */
export const httpServers = serviceKey<Map<string, Server>>("http servers", () => new Map());

function handleValue(id: string): DictValue {
  return DictValue.of({ id, kind: "http_server" });
}

function named(context: CallContext, value: Value, builtin: string): [string, Server] {
  const id = handleId(value, builtin);
  const found = context.service(httpServers).get(id);
  if (found === undefined) throw fail(`${builtin}: unknown server '${id}'`);
  return [id, found];
}

function sizeOption(options: DictValue | undefined, key: string, builtin: string): number | undefined {
  const size = intOption(options, key);
  if (size !== undefined && size < 0) throw fail(`${builtin}: ${key} must be non-negative`);
  return size;
}

function create(context: CallContext, options: DictValue | undefined): DictValue {
  const servers = context.service(httpServers);
  const created: Server = {
    routes: [],
    before: [],
    after: [],
    onShutdown: [],
    maxBodyBytes: sizeOption(options, "max_body_bytes", "http_server") ?? defaultBodyLimit,
    keepsRawBody: flagOption(options, "retain_raw_body") ?? true,
    readiness: undefined,
    isReady: flagOption(options, "ready") ?? true,
    isShutDown: false,
  };
  if (servers.size >= serverLimit) throw fail(`http_server: maximum open servers (${serverLimit}) reached`);
  const id = context.service(transportHandles).next("http-server");
  servers.set(id, created);
  return handleValue(id);
}

/** The parameters of a path that fits a template with `{name}` or `:name` segments. */
function pathParams(template: string, path: string): DictValue | undefined {
  const wanted = template.replace(/^\/+|\/+$/g, "").split("/");
  const given = path.replace(/^\/+|\/+$/g, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const params = new Map<string, Value>();
  for (const [index, segment] of wanted.entries()) {
    const name = /^\{(.+)\}$|^:(.+)$/.exec(segment);
    const actual = given[index] ?? "";
    if (name !== null) params.set((name[1] ?? name[2]) as string, percentDecode(actual));
    else if (segment !== actual) return undefined;
  }
  return new DictValue(params);
}

function queryOf(text: string): Map<string, Value> {
  const query = new Map<string, Value>();
  for (const pair of text.split("&").filter((part) => part !== "")) {
    const [key = "", ...value] = pair.split("=");
    query.set(percentDecode(key), percentDecode(value.join("=")));
  }
  return query;
}

interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: Map<string, Value>;
  readonly body: Uint8Array;
  readonly stated: DictValue;
}

function incomingOf(request: DictValue): Incoming {
  const target = show(request.get("path") ?? "") || "/";
  const cut = target.indexOf("?");
  const explicit = dictOption(request, "query");
  return {
    method: (show(request.get("method") ?? "") || "GET").toUpperCase(),
    path: (cut < 0 ? target : target.slice(0, cut)) || "/",
    query: new Map([...queryOf(cut < 0 ? "" : target.slice(cut + 1)), ...(explicit?.toMap() ?? [])]),
    body: inputBytes(request.get("raw_body") ?? request.get("body") ?? ""),
    stated: request,
  };
}

/** The first of several spellings that is stated, as text. */
function statedText(request: DictValue, ...keys: readonly string[]): Value {
  for (const key of keys) {
    const value = request.get(key);
    if (value !== undefined) return show(value);
  }
  return null;
}

function requestValue(
  { method, path, query, body, stated }: Incoming,
  params: DictValue,
  keepsRawBody: boolean,
): DictValue {
  return DictValue.of({
    method,
    path,
    path_params: params,
    params,
    query: new DictValue(query),
    headers: lowered(dictOption(stated, "headers")),
    body: lossyText(body),
    raw_body: keepsRawBody ? new BytesValue(body) : null,
    body_bytes: body.length,
    remote_addr: statedText(stated, "remote_addr", "remote"),
    client_ip: statedText(stated, "client_ip", "remote_ip", "ip"),
  });
}

/** What a handler gave, as an answer: a dict with a status is one, nil is none to give, anything else a text. */
function answerOf(value: Value): DictValue {
  const dict = asDict(value);
  if (dict?.has("status") === true) {
    const raw = dict.get("raw_body");
    const kind = show(dict.get("body_kind") ?? dict.get("kind") ?? "text");
    const body = raw instanceof BytesValue ? raw : (dict.get("body") ?? null);
    const headers = dictOption(dict, "headers") ?? new DictValue();
    return responseValue(intOption(dict, "status") ?? 200, headers, body, kind);
  }
  return responseValue(value === null ? 204 : 200, new DictValue(), value, "text");
}

function textAnswer(status: number, text: string, headers: Record<string, string> = {}): DictValue {
  return responseValue(status, DictValue.of(headers), text, "text");
}

async function isReady(context: CallContext, id: string, { readiness, isReady: ready }: Server): Promise<boolean> {
  if (!ready) return false;
  return readiness === undefined || truthy(await context.callAsync(readiness, [handleValue(id)]));
}

async function serve(context: CallContext, id: string, found: Server, request: DictValue): Promise<Value> {
  if (found.isShutDown) return textAnswer(503, "server is shut down");
  const incoming = incomingOf(request);
  const { method, path, body } = incoming;
  if (!(await isReady(context, id, found))) return textAnswer(503, "server is not ready");
  const match = matchRoute(found, method, path);
  if (match === undefined) return textAnswer(404, `no route for ${method} ${path}`);
  const { route, params } = match;
  const limit = route.maxBodyBytes ?? found.maxBodyBytes;
  if (body.length > limit) {
    const headers = { connection: "close", "x-harn-body-limit": String(limit) };
    return textAnswer(413, `request body too large: ${body.length} > ${limit} bytes`, headers);
  }
  return await answer(context, found, route, requestValue(incoming, params, route.keepsRawBody ?? found.keepsRawBody));
}

function matchRoute({ routes }: Server, method: string, path: string): { route: Route; params: DictValue } | undefined {
  for (const route of routes) {
    const params = route.method === "*" || route.method === method ? pathParams(route.template, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

/** What runs before may change the request or answer it; what runs after may change the answer. */
async function answer(context: CallContext, found: Server, route: Route, first: Value): Promise<Value> {
  let request = first;
  for (const before of found.before) {
    const result = await context.callAsync(before, [request]);
    if (asDict(result)?.has("status") === true) return answerOf(result);
    if (result !== null) request = result;
  }
  let response = answerOf(await context.callAsync(route.handler, [request]));
  for (const after of found.after) {
    const result = await context.callAsync(after, [response, request]);
    if (result !== null) response = answerOf(result);
  }
  return response;
}

const handle = t.union(t.dict, t.string);

function requestBuiltin(name: string, summary: string): Builtin {
  return server({
    name,
    summary,
    params: [req("server", handle), req("request", t.dict)],
    returns: t.dict,
    effect: "task",
    run(context, value, request): Outcome {
      const id = handleId(value, name);
      const found = context.service(httpServers).get(id);
      if (found === undefined) throw fail(`http_server_request: unknown server handle '${id}'`);
      return context.async(() => serve(context, id, found, request));
    },
  });
}

function hook(name: string, summary: string, add: (found: Server, handler: Value) => void): Builtin {
  return server({
    name,
    summary,
    params: [req("server", handle), req("handler", t.closure)],
    returns: t.dict,
    effect: "state",
    run(context, value, handler) {
      const [id, found] = named(context, value, name);
      add(found, handler);
      return handleValue(id);
    },
  });
}

export const httpServerBuiltins: readonly Builtin[] = [
  server({
    name: "http_server",
    summary:
      "A table of routes for requests that a host or a test hands in. Options: `ready`, `max_body_bytes`, `retain_raw_body`.",
    params: [opt("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: create,
  }),
  server({
    name: "http_server_route",
    summary: "Let a closure answer a method (`*` for any) and a path template with `{name}` or `:name` segments.",
    params: [
      req("server", handle),
      req("method", t.string),
      req("template", t.string),
      req("handler", t.closure),
      opt("options", t.dict),
    ],
    returns: t.dict,
    effect: "state",
    run(context, value, method, template, handler, options) {
      const [id, found] = named(context, value, "http_server_route");
      if (method === "") throw fail("http_server_route: method is required");
      if (!template.startsWith("/")) throw fail("http_server_route: path template must start with '/'");
      found.routes.push({
        method: method.toUpperCase(),
        template,
        handler,
        maxBodyBytes: sizeOption(options, "max_body_bytes", "http_server_route"),
        keepsRawBody: flagOption(options, "retain_raw_body"),
      });
      return handleValue(id);
    },
  }),
  hook(
    "http_server_before",
    "Run a closure before every handler; it may change the request or answer it.",
    (found, handler) => {
      found.before.push(handler);
    },
  ),
  hook("http_server_after", "Run a closure after every handler; it may change the answer.", (found, handler) => {
    found.after.push(handler);
  }),
  hook("http_server_readiness", "Let a closure say whether the server is ready.", (found, handler) => {
    found.readiness = handler;
  }),
  hook("http_server_on_shutdown", "Run a closure when the server shuts down.", (found, handler) => {
    found.onShutdown.push(handler);
  }),
  requestBuiltin("http_server_request", "Let a server answer a request."),
  requestBuiltin("http_server_test", "Let a server answer a request, in a test."),
  server({
    name: "http_server_set_ready",
    summary:
      "Open or close a server's gate; gives `ready`. A server whose gate is closed answers 503. An error for an unknown server.",
    params: [req("server", handle), req("ready", t.bool)],
    returns: t.bool,
    effect: "state",
    run(context, value, ready) {
      named(context, value, "http_server_set_ready")[1].isReady = ready;
      return ready;
    },
  }),
  server({
    name: "http_server_ready",
    summary: "Whether a server is ready.",
    params: [req("server", handle)],
    returns: t.bool,
    effect: "task",
    run(context, value): Outcome {
      const [id, found] = named(context, value, "http_server_ready");
      return context.async(() => isReady(context, id, found));
    },
  }),
  server({
    name: "http_server_shutdown",
    summary: "Shut a server down, running its closures for that; whether it was up.",
    params: [req("server", handle)],
    returns: t.bool,
    effect: "task",
    run(context, value): Outcome {
      const [id, found] = named(context, value, "http_server_shutdown");
      if (found.isShutDown) return false;
      found.isShutDown = true;
      found.isReady = false;
      return context.async(async () => {
        for (const closure of found.onShutdown) await context.callAsync(closure, [handleValue(id)]);
        return true;
      });
    },
  }),
];
