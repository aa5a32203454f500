import { type Builtin, declare, opt, t } from "../../builtin/index.ts";
import { DictValue, ListValue, show, type Value } from "../../value/index.ts";
import { textOf } from "../arguments.ts";
import { fail } from "./faults.ts";
import { asDict, intOption, textOption } from "./options.ts";

const url = declare("url");

/** The reference's words for what makes a text no URL. */
export function urlFault(text: string): string {
  if (text.trim() === "" || !/^\s*[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return "relative URL without a base";
  if (/^\s*(?:https?|wss?|ftp):\/*(?:[?#]|$)/i.test(text)) return "empty host";
  if (/^\s*[A-Za-z][A-Za-z0-9+.-]*:\/*(?:[^/?#@]*@)?\[/.test(text) && !/\](?::\d+)?(?:[/?#]|$)/.test(text))
    return "invalid IPv6 address";
  if (/:\d{5,}(?:[/?#]|$)|:[^\d/@?#\]][^/@]*(?:[/?#]|$)/.test(text.replace(/^\s*[A-Za-z][A-Za-z0-9+.-]*:\/*/, "")))
    return "invalid port number";
  return "invalid domain character";
}

function parse(text: string, builtin: string): URL {
  if (!URL.canParse(text)) throw fail(`${builtin}: ${urlFault(text)}`);
  return new URL(text);
}

/** The part as written, or nil when it is missing; an empty one that is written stays an empty text. */
function written(text: string, mark: string, href: string): Value {
  if (text !== "") return text.slice(1);
  const [beforeFragment = ""] = href.split("#");
  return mark === "?" ? (beforeFragment.includes("?") ? "" : null) : href.includes("#") ? "" : null;
}

function partsOf(parsed: URL): DictValue {
  return DictValue.of({
    scheme: parsed.protocol.slice(0, -1),
    host: parsed.hostname === "" ? null : parsed.hostname,
    port: parsed.port === "" ? null : Number(parsed.port),
    path: parsed.pathname,
    query: written(parsed.search, "?", parsed.href),
    fragment: written(parsed.hash, "#", parsed.href),
    username: parsed.username === "" ? null : parsed.username,
    password: parsed.password === "" ? null : parsed.password,
  });
}

function build(parts: DictValue): string {
  const scheme = textOption(parts, "scheme");
  if (scheme === undefined) throw fail("url_build: 'scheme' is required");
  const host = textOption(parts, "host") ?? "";
  const user = textOption(parts, "username") ?? "";
  const password = textOption(parts, "password");
  const login = user === "" ? "" : `${user}${password === undefined ? "" : `:${password}`}@`;
  const port = intOption(parts, "port");
  const authority = host === "" ? "" : `//${login}${host}${port === undefined ? "" : `:${port}`}`;
  const query = textOption(parts, "query") ?? "";
  const fragment = textOption(parts, "fragment") ?? "";
  const path = textOption(parts, "path") ?? "/";
  const composed = `${scheme}:${authority}${path}${query === "" ? "" : `?${query}`}${fragment === "" ? "" : `#${fragment}`}`;
  return parse(composed, "url_build").href;
}

function pairOf(item: Value): [string, string] {
  const pair = asDict(item);
  if (pair === undefined) throw fail("query_stringify: each item must be a {key, value} dict");
  const value = pair.get("value");
  return [textOption(pair, "key") ?? "", value === undefined ? "" : show(value)];
}

export const urlBuiltins: readonly Builtin[] = [
  url({
    name: "url_parse",
    summary: "The parts of an absolute URL: `{scheme, host, port, path, query, fragment, username, password}`.",
    params: [opt("url", t.any)],
    lenient: true,
    returns: t.dict,
    examples: [['url_parse("https://harn.dev:8443/a?b#c").port', "8443"]],
    run: (_context, text) => partsOf(parse(textOf(text), "url_parse")),
  }),
  url({
    name: "url_build",
    summary: "The URL of its parts, in canonical form.",
    params: [opt("parts", t.any)],
    lenient: true,
    returns: t.string,
    examples: [['url_build({scheme: "https", host: "harn.dev", path: "/a"})', '"https://harn.dev/a"']],
    run(_context, value) {
      const parts = asDict(value);
      if (parts === undefined) throw fail("url_build: expected a dict of url parts");
      return build(parts);
    },
  }),
  url({
    name: "query_parse",
    summary: "The parameters of a query string in order, as `{key, value}`.",
    params: [opt("query", t.any)],
    lenient: true,
    returns: t.list,
    run: (_context, text) =>
      new ListValue([...new URLSearchParams(textOf(text))].map(([key, value]) => DictValue.of({ key, value }))),
  }),
  url({
    name: "query_stringify",
    summary: "The query string of a list of `{key, value}`.",
    params: [opt("pairs", t.any)],
    lenient: true,
    returns: t.string,
    examples: [['query_stringify([{key: "a b", value: "c&d"}])', '"a+b=c%26d"']],
    run(_context, value) {
      if (typeof value !== "object" || value?.kind !== "list") {
        throw fail("query_stringify: expected a list of {key, value} dicts");
      }
      return new URLSearchParams(value.view().map(pairOf)).toString();
    },
  }),
];
