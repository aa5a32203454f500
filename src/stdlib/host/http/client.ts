import {
  type Builtin,
  type CallContext,
  declare,
  type Effect,
  type Outcome,
  opt,
  req,
  t,
} from "../../../builtin/index.ts";
import { BytesValue, DictValue, show, type Value } from "../../../value/index.ts";
import { concatenated } from "../../byte-arrays.ts";
import { decodeUtf8, Utf8Error } from "../../utf8.ts";
import { attempt, fail, failureOf, need } from "../faults.ts";
import { asDict, filledTextOption, intOf } from "../options.ts";
import { joinPath } from "../path-text.ts";
import { type Exchange, exchange, type Purpose, readBytes } from "./exchange.ts";
import { handleId, openHandle, transportHandles } from "./handles.ts";
import { planRequest, refuseUnsupported, requireWebUrl } from "./request.ts";

const http = declare("http");

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

function headersValue(exchanged: Exchange): DictValue {
  return new DictValue(new Map<string, Value>(Object.entries(exchanged.headers)));
}

/** `{status, headers, body, ok, final_url}` of a request. */
async function request(
  context: CallContext,
  purpose: Purpose,
  method: string,
  url: string,
  stated: DictValue,
): Promise<Value> {
  const options = withSession(context, stated);
  const plan = planRequest(context, "http", method, url, options);
  requireWebUrl("http", plan, url);
  refuseUnsupported(options);
  const exchanged = await exchange(context, plan, purpose);
  const body = textOf(await readBytes(context, exchanged, purpose), purpose);
  const { status } = exchanged;
  return DictValue.of({ status, headers: headersValue(exchanged), body, ok: isOk(status), final_url: exchanged.url });
}

function textOf(bytes: Uint8Array, purpose: Purpose): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    throw fail(
      `${purpose.label}: response body is not valid UTF-8: ${error.message}; http_stream_open and http_download take bytes`,
    );
  }
}

/** `{session: handle}` puts the session's options below the request's own. */
function withSession(context: CallContext, options: DictValue): DictValue {
  const session = options.get("session") ?? null;
  if (session === null) return options;
  return mergedWithSession(context, handleId(session, "http_request"), options);
}

function mergedWithSession(context: CallContext, id: string, options: DictValue): DictValue {
  const base = context.service(transportHandles).sessions.get(id);
  if (base === undefined) throw fail(`http_session_request: unknown HTTP session '${id}'`);
  const merged = new Map([...base.toMap(), ...options.toMap()]);
  merged.delete("session");
  return new DictValue(merged);
}

interface Flavour {
  /** `http_get`, or `__harness_net_get`. */
  readonly nameOf: (verb: string) => string;
  readonly effect: Effect;
  readonly twinOf: (verb: string) => string | undefined;
}

const ambient: Flavour = {
  nameOf: (verb) => `http_${verb}`,
  effect: "net.write",
  twinOf: (verb) => `harness.net.${verb}`,
};

/** The handle's methods answer to the egress policy, not to the ceiling on what ambient names may do. */
const handle: Flavour = {
  nameOf: (verb) => `__harness_net_${verb}`,
  effect: "net",
  twinOf: () => undefined,
};

function purposeOf(flavour: Flavour, verb: string, surface: string, label = "http"): Purpose {
  return { builtin: flavour.nameOf(verb), label, surface };
}

function describe(flavour: Flavour, verb: string): { name: string; effect: Effect; deprecated?: string } {
  const twin = flavour.twinOf(verb);
  return { name: flavour.nameOf(verb), effect: flavour.effect, ...(twin === undefined ? {} : { deprecated: twin }) };
}

/** The ambient functions say that they need a URL; the handle leaves it to the check of its scheme. */
function requireUrl(flavour: Flavour, verb: string, url: string): void {
  if (url === "" && flavour === ambient) throw fail(`${flavour.nameOf(verb)}: URL is required`);
}

function verbWithoutBody(flavour: Flavour, verb: string): Builtin {
  return http({
    ...describe(flavour, verb),
    summary: `Send a ${verb.toUpperCase()} request: \`{status, headers, body, ok, final_url}\`.`,
    params: [req("url", t.string), opt("options", t.any)],
    returns: t.dict,
    run(context, url, options): Outcome {
      requireUrl(flavour, verb, url);
      const purpose = purposeOf(flavour, verb, "http_request");
      return context.async(() =>
        request(context, purpose, verb.toUpperCase(), url, asDict(options) ?? new DictValue()),
      );
    },
  });
}

function verbWithBody(flavour: Flavour, verb: string): Builtin {
  return http({
    ...describe(flavour, verb),
    summary: `Send a ${verb.toUpperCase()} request with a body. A dict in its place is taken as the options.`,
    params: [req("url", t.string), opt("body_or_options", t.any), opt("options", t.dict)],
    returns: t.dict,
    run(context, url, bodyOrOptions, options): Outcome {
      requireUrl(flavour, verb, url);
      const lone = options === undefined ? asDict(bodyOrOptions) : undefined;
      const body =
        bodyOrOptions === undefined ? "" : bodyOrOptions instanceof BytesValue ? bodyOrOptions : show(bodyOrOptions);
      const merged = lone ?? (options ?? new DictValue()).with("body", body);
      return context.async(() =>
        request(context, purposeOf(flavour, verb, "http_request"), verb.toUpperCase(), url, merged),
      );
    },
  });
}

function genericRequest(flavour: Flavour): Builtin {
  return http({
    ...describe(flavour, "request"),
    summary: "Send a request with any method.",
    params: [req("method", t.string), req("url", t.string), opt("options", t.dict)],
    returns: t.dict,
    run(context, method, url, options): Outcome {
      if (method === "") throw fail("http_request: method is required");
      requireUrl(flavour, "request", url);
      const purpose = purposeOf(flavour, "request", "http_request");
      return context.async(() => request(context, purpose, method.toUpperCase(), url, options ?? new DictValue()));
    },
  });
}

/** Options may name the method of what is a GET otherwise. */
function methodOf(options: DictValue): string {
  return (filledTextOption(options, "method") ?? "GET").toUpperCase();
}

async function open(context: CallContext, purpose: Purpose, url: string, stated: DictValue): Promise<Exchange> {
  const options = withSession(context, stated);
  const plan = planRequest(context, purpose.label, methodOf(options), url, options);
  requireWebUrl(purpose.label, plan, url);
  refuseUnsupported(options);
  return await exchange(context, plan, purpose);
}

function download(flavour: Flavour): Builtin {
  return http({
    ...describe(flavour, "download"),
    summary: "Store the body of an answer in a file: `{status, headers, ok, bytes_written}`.",
    params: [req("url", t.string), req("dst_path", t.string), opt("options", t.dict)],
    returns: t.dict,
    run(context, url, path, options): Outcome {
      if (url === "") throw fail("http_download: URL is required");
      if (path === "") throw fail("http_download: destination path is required");
      const purpose = purposeOf(flavour, "download", "http_download", "http_download");
      return context.async(() => downloadTo(context, purpose, url, path, options ?? new DictValue()));
    },
  });
}

async function downloadTo(
  context: CallContext,
  purpose: Purpose,
  url: string,
  path: string,
  options: DictValue,
): Promise<Value> {
  const files = need(context, purpose.builtin, "files");
  const full = joinPath(files.cwd, path);
  const exchanged = await open(context, purpose, url, options);
  const body = await readBytes(context, exchanged, purpose);
  attempt(
    purpose.builtin,
    (reason) => `http_download: failed to write ${full}: ${reason}`,
    () => files.writeBytes(full, body),
  );
  const { status } = exchanged;
  return DictValue.of({ status, headers: headersValue(exchanged), ok: isOk(status), bytes_written: body.length });
}

const sessions: readonly Builtin[] = [
  http({
    name: "http_session",
    summary: "Options that several requests share, by a handle.",
    params: [opt("options", t.dict)],
    returns: t.string,
    effect: "state",
    run: (context, options) =>
      openHandle(
        context,
        "http_session",
        "http-session",
        "sessions",
        context.service(transportHandles).sessions,
        options ?? new DictValue(),
      ),
  }),
  http({
    name: "http_session_request",
    summary: "Send a request with a session's options.",
    params: [req("session", t.string), req("method", t.string), req("url", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "net.write",
    run(context, session, method, url, options): Outcome {
      if (method === "") throw fail("http_session_request: method is required");
      if (url === "") throw fail("http_session_request: URL is required");
      const merged = mergedWithSession(context, session, options ?? new DictValue());
      const purpose: Purpose = {
        builtin: "http_session_request",
        label: "http",
        surface: "http_request",
      };
      return context.async(() => request(context, purpose, method.toUpperCase(), url, merged));
    },
  }),
  http({
    name: "http_session_close",
    summary: "Close a session; whether it was open.",
    params: [req("session", t.string)],
    returns: t.bool,
    effect: "state",
    run: (context, session) => context.service(transportHandles).sessions.delete(session),
  }),
];

const defaultChunk = 1024 * 1024;

const streams: readonly Builtin[] = [
  http({
    name: "http_stream_open",
    summary: "Open an answer whose body is read piece by piece.",
    params: [req("url", t.string), opt("options", t.dict)],
    returns: t.string,
    effect: "net.write",
    run(context, url, options): Outcome {
      if (url === "") throw fail("http_stream_open: URL is required");
      return context.async(() => openStream(context, url, options ?? new DictValue()));
    },
  }),
  http({
    name: "http_stream_read",
    summary: "The next bytes of an open answer, nil at its end.",
    params: [req("stream", t.string), opt("max_bytes", t.int)],
    effect: "net.write",
    run: (context, stream, size) =>
      context.async(() => readStream(context, stream, Math.max(1, intOf(size) ?? defaultChunk))),
  }),
  http({
    name: "http_stream_info",
    summary: "`{status, headers, ok}` of an open answer.",
    params: [req("stream", t.string)],
    returns: t.dict,
    effect: "net",
    run(context, stream) {
      const { exchange: exchanged } = streamNamed(context, stream, "http_stream_info");
      return DictValue.of({ status: exchanged.status, headers: headersValue(exchanged), ok: isOk(exchanged.status) });
    },
  }),
  http({
    name: "http_stream_close",
    summary: "Close an answer; whether it was open.",
    params: [req("stream", t.string)],
    returns: t.bool,
    effect: "net.write",
    run(context, stream) {
      const { streams: open } = context.service(transportHandles);
      open.get(stream)?.exchange.close();
      return open.delete(stream);
    },
  }),
];

const streamPurpose: Purpose = {
  builtin: "http_stream_open",
  label: "http_stream_open",
  surface: "http_stream_open",
};

async function openStream(context: CallContext, url: string, options: DictValue): Promise<Value> {
  const exchanged = await open(context, streamPurpose, url, options);
  const stream = { exchange: exchanged, chunks: exchanged.body[Symbol.asyncIterator](), pending: new Uint8Array() };
  return openHandle(
    context,
    "http_stream_open",
    "http-stream",
    "streams",
    context.service(transportHandles).streams,
    stream,
  );
}

function streamNamed(context: CallContext, id: string, builtin: string) {
  const stream = context.service(transportHandles).streams.get(id);
  if (stream === undefined) throw fail(`${builtin}: unknown stream '${id}'`);
  return stream;
}

async function readStream(context: CallContext, id: string, size: number): Promise<Value> {
  const stream = streamNamed(context, id, "http_stream_read");
  try {
    while (stream.pending.length === 0) {
      const { done, value } = await stream.chunks.next();
      if (done === true) return null;
      stream.pending = concatenated(value);
    }
  } catch (error) {
    throw failureOf("http_stream_read", error, (reason) => `http_stream_read: failed to read response body: ${reason}`);
  }
  const taken = stream.pending.slice(0, size);
  stream.pending = stream.pending.slice(size);
  return new BytesValue(taken);
}

export const httpClientBuiltins: readonly Builtin[] = [ambient, handle].flatMap((flavour) => [
  verbWithoutBody(flavour, "get"),
  verbWithBody(flavour, "post"),
  verbWithBody(flavour, "put"),
  verbWithBody(flavour, "patch"),
  verbWithoutBody(flavour, "delete"),
  genericRequest(flavour),
  download(flavour),
]);

export const httpStreamBuiltins: readonly Builtin[] = [...sessions, ...streams];
