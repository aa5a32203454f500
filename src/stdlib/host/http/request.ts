import type { CallContext, HttpRequest } from "../../../builtin/index.ts";
import { Base64Error, DictValue, decodeBase64, encodeBase64, show, type Value } from "../../../value/index.ts";
import { concatenated } from "../../byte-arrays.ts";
import { inputBytes } from "../crypto/encodings.ts";
import { attempt, fail, need } from "../faults.ts";
import { asDict, dictOption, filledTextOption, flagOption, intOption, listOption } from "../options.ts";
import { baseOf, joinPath } from "../path-text.ts";
import { urlFault } from "../url.ts";

/** What an options dict says about one request. */
export interface RequestPlan {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As mocks record it. */
  readonly recordedHeaders: DictValue;
  readonly recordedBody: string | undefined;
  readonly body: string | Uint8Array | undefined;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number | undefined;
  readonly readTimeoutMs: number | undefined;
  readonly follows: boolean;
  readonly maxRedirects: number;
  readonly retry: RetryPlan;
}

export interface RetryPlan {
  readonly most: number;
  readonly backoffMs: number;
  readonly statuses: ReadonlySet<number>;
  readonly methods: ReadonlySet<string>;
  readonly honoursRetryAfter: boolean;
}

const defaults = {
  timeoutMs: 30_000,
  backoffMs: 1_000,
  maxRedirects: 10,
  statuses: [408, 429, 500, 502, 503, 504],
  methods: ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"],
  boundary: "harn-boundary",
};

export function planRequest(
  context: CallContext,
  builtin: string,
  method: string,
  url: string,
  options: DictValue,
): RequestPlan {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method))
    throw fail(`http: invalid method '${method}': invalid HTTP method`);
  const headers = headersOf(options);
  const form = multipartOf(context, options);
  if (form !== undefined && options.has("body")) throw fail("http: body and multipart options are mutually exclusive");
  if (form !== undefined) headers.set("content-type", `multipart/form-data; boundary=${form.boundary}`);
  const body = options.get("body");
  const recordedHeaders = [...headers].map(([name, value]): [string, Value] => [
    name,
    form !== undefined && name === "content-type" ? `multipart/form-data; boundary=${defaults.boundary}` : value,
  ]);
  const shown = body === undefined ? undefined : show(body);
  return {
    method,
    url: finalUrl(url, options, builtin),
    headers: Object.fromEntries(headers),
    recordedHeaders: new DictValue(new Map(recordedHeaders)),
    recordedBody: form?.recorded ?? shown,
    body: form?.bytes ?? (typeof body === "object" && body?.kind === "bytes" ? body.bytes : shown),
    timeoutMs: timeoutOf(options),
    connectTimeoutMs: positive(intOption(options, "connect_timeout_ms")),
    readTimeoutMs: positive(intOption(options, "read_timeout_ms")),
    follows: flagOption(options, "follow_redirects") ?? true,
    maxRedirects: Math.max(0, intOption(options, "max_redirects") ?? defaults.maxRedirects),
    retry: retryOf(options),
  };
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

function timeoutOf(options: DictValue): number {
  const total = intOption(options, "total_timeout_ms") ?? -1;
  if (total >= 0) return total;
  return Math.max(0, intOption(options, "timeout_ms") ?? intOption(options, "timeout") ?? defaults.timeoutMs);
}

function retryOf(options: DictValue): RetryPlan {
  const retry = dictOption(options, "retry");
  const statuses = (listOption(options, "retry_on") ?? []).filter((status) => typeof status === "number");
  const methods = (listOption(options, "retry_methods") ?? [])
    .map((method) => show(method).trim().toUpperCase())
    .filter((method) => method !== "");
  return {
    most: Math.max(0, intOption(retry, "max") ?? intOption(options, "retries") ?? 0),
    backoffMs: Math.max(0, intOption(retry, "backoff_ms") ?? intOption(options, "backoff") ?? defaults.backoffMs),
    statuses: new Set(statuses.length === 0 ? defaults.statuses : statuses),
    methods: new Set(methods.length === 0 ? defaults.methods : methods),
    honoursRetryAfter: flagOption(options, "respect_retry_after") ?? true,
  };
}

/** Lower-case names. A header that is stated wins over what `auth` stands for. */
export function headersOf(options: DictValue): Map<string, string> {
  const headers = new Map<string, string>();
  const authorization = authorizationOf(options.get("auth"));
  if (authorization !== undefined) headers.set("authorization", authorization);
  for (const [name, value] of dictOption(options, "headers")?.entries() ?? []) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
      throw fail(`http: invalid header name '${name}': invalid HTTP header name`);
    headers.set(name.toLowerCase(), show(value));
  }
  for (const [name, value] of headers) {
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(value))
      throw fail(`http: invalid header value for '${name}': failed to parse header value`);
  }
  return headers;
}

function authorizationOf(auth: Value | undefined): string | undefined {
  if (typeof auth === "string") return auth;
  const stated = asDict(auth);
  const bearer = stated?.get("bearer");
  if (bearer !== undefined) return `Bearer ${show(bearer)}`;
  const basic = dictOption(stated, "basic");
  if (basic === undefined) return undefined;
  const part = (key: string): string => show(basic.get(key) ?? "");
  return `Basic ${encodeBase64(inputBytes(`${part("user")}:${part("password")}`))}`;
}

function finalUrl(url: string, options: DictValue, builtin: string): string {
  const query = dictOption(options, "query");
  if (query === undefined) return url;
  if (!URL.canParse(url)) throw fail(`${builtin}: invalid URL '${url}': ${urlFault(url)}`);
  const parsed = new URL(url);
  for (const [key, value] of query.entries()) if (value !== null) parsed.searchParams.append(key, show(value));
  return parsed.href;
}

export function requireWebUrl(builtin: string, plan: RequestPlan, stated: string): void {
  if (!/^https?:\/\//.test(plan.url))
    throw fail(`${builtin}: URL must start with http:// or https://, got '${stated}'`);
  if (!URL.canParse(plan.url)) throw fail(`${builtin}: invalid URL '${stated}': ${urlFault(plan.url)}`);
}

/** What this implementation cannot do must not silently be left out. */
export function refuseUnsupported(options: DictValue): void {
  for (const key of ["proxy", "tls"]) {
    if ((options.get(key) ?? null) !== null) throw fail(`http: option \`${key}\` is not available on this host`);
  }
}

export function toHostRequest(plan: RequestPlan, signal: AbortSignal): HttpRequest {
  const { method, url, headers, body } = plan;
  return { method, url, headers, signal, ...(body === undefined ? {} : { body }) };
}

interface Form {
  readonly boundary: string;
  readonly bytes: Uint8Array;
  readonly recorded: string;
}

interface Field {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
}

function multipartOf(context: CallContext, options: DictValue): Form | undefined {
  const value = options.get("multipart") ?? null;
  if (value === null) return undefined;
  if (typeof value !== "object" || value.kind !== "list") throw fail("http: multipart must be a list");
  const fields = value.view().map((item) => fieldOf(context, asDict(item)));
  const random = new Uint8Array(12);
  context.host.random.fill(random);
  const boundary = `harn-${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const recorded = new TextDecoder("utf-8").decode(encodeForm(fields, defaults.boundary));
  return { boundary, bytes: encodeForm(fields, boundary), recorded };
}

function fieldOf(context: CallContext, dict: DictValue | undefined): Field {
  if (dict === undefined) throw fail("http: multipart entries must be dicts");
  const name = dict.get("name");
  if (name === undefined || show(name) === "") throw fail("http: multipart entry requires name");
  const path = dict.get("path");
  return {
    name: show(name),
    bytes: fieldBytes(context, dict),
    filename: filledTextOption(dict, "filename") ?? (path === undefined ? undefined : baseOf(show(path))),
    contentType: filledTextOption(dict, "content_type") ?? filledTextOption(dict, "mime_type"),
  };
}

function fieldBytes(context: CallContext, dict: DictValue): Uint8Array {
  const path = dict.get("path");
  if (path !== undefined) {
    const files = need(context, "http multipart", "files");
    const full = joinPath(files.cwd, show(path));
    const inWords = (reason: string): string => `http: failed to read multipart file ${full}: ${reason}`;
    return attempt("http multipart", inWords, () => files.readBytes(full));
  }
  const encoded = dict.get("value_base64") ?? dict.get("base64");
  if (encoded !== undefined) {
    try {
      return decodeBase64(show(encoded));
    } catch (error) {
      if (error instanceof Base64Error) throw fail(`http: invalid multipart base64 value: ${error.message}`);
      throw error;
    }
  }
  const value = dict.get("value");
  if (value === undefined) throw fail("http: multipart entry requires value, value_base64, or path");
  return inputBytes(value);
}

function encodeForm(fields: readonly Field[], boundary: string): Uint8Array {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const parts = fields.flatMap(({ name, bytes, filename, contentType }) => {
    const disposition = `form-data; name="${quoted(name)}"${filename === undefined ? "" : `; filename="${quoted(filename)}"`}`;
    const type = contentType === undefined ? "" : `Content-Type: ${contentType}\r\n`;
    return [text(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type}\r\n`), bytes, text("\r\n")];
  });
  return concatenated(...parts, text(`--${boundary}--\r\n`));
}

function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
