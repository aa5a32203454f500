import { type Builtin, declare, opt, req, t } from "../../../builtin/index.ts";
import { BytesValue, DictValue, show, stringifyJson, type Value } from "../../../value/index.ts";
import { lossyText } from "../crypto/percent.ts";
import { asDict, dictOption, intOf, intOption } from "../options.ts";

const http = declare("http");

const contentTypes: Readonly<Record<string, string>> = {
  text: "text/plain; charset=utf-8",
  json: "application/json; charset=utf-8",
};

/** An answer as servers take it. What stands for a body is kept as text and as bytes. */
export function responseValue(status: number, headers: DictValue, body: Value, kind: string): DictValue {
  const bytes = body instanceof BytesValue ? body.bytes : new TextEncoder().encode(show(body));
  const type = contentTypes[kind];
  const hasType = headers.keys().some((name) => name.toLowerCase() === "content-type");
  const valid = status >= 100 && status <= 999 ? status : 500;
  return DictValue.of({
    status: valid,
    headers: type === undefined || hasType ? headers : headers.with("content-type", type),
    ok: valid >= 200 && valid < 300,
    body_kind: kind,
    body: lossyText(bytes),
    raw_body: new BytesValue(bytes),
  });
}

/** The header of a dict of headers, or of a message that has some, whatever the case of its name. */
function headerOf(source: Value, name: string): Value {
  const dict = asDict(source);
  const headers = dictOption(dict, "headers") ?? dict;
  const wanted = name.toLowerCase();
  for (const [key, value] of headers?.entries() ?? []) if (key.toLowerCase() === wanted) return show(value);
  return null;
}

export function lowered(headers: DictValue | undefined): DictValue {
  return new DictValue(
    new Map([...(headers?.entries() ?? [])].map(([name, value]) => [name.toLowerCase(), show(value)])),
  );
}

function maker(
  name: string,
  summary: string,
  kind: "text" | "json" | "bytes",
  toBody: (value: Value | undefined) => Value,
): Builtin {
  return http({
    name,
    summary,
    params: [opt("body", t.any), opt("options", t.dict)],
    returns: t.dict,
    run: (_context, body, options) =>
      responseValue(intOption(options, "status") ?? 200, lowered(dictOption(options, "headers")), toBody(body), kind),
  });
}

export const httpResponseBuiltins: readonly Builtin[] = [
  http({
    name: "http_response",
    summary: "An answer with a status, a body and headers.",
    params: [opt("status", t.int), opt("body", t.any), opt("headers", t.dict)],
    returns: t.dict,
    run: (_context, status, body, headers) =>
      responseValue(intOf(status) ?? 200, lowered(headers), body ?? null, "text"),
  }),
  maker("http_response_text", "An answer with a text.", "text", (body) => body ?? null),
  maker("http_response_json", "An answer with a value as JSON.", "json", (body) => stringifyJson(body ?? null)),
  maker("http_response_bytes", "An answer with bytes.", "bytes", (body) => body ?? new BytesValue(new Uint8Array())),
  http({
    name: "http_header",
    summary: "A header by its name in any case, of headers or of a message that has some.",
    params: [req("source", t.union(t.dict, t.list)), req("name", t.string)],
    run: (_context, source, name) => headerOf(source, name),
    examples: [['http_header({headers: {["X-A"]: "1"}}, "x-a")', '"1"']],
  }),
];
