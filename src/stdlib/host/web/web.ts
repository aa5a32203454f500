import { type Builtin, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, JsonError, ListValue, readJson, type Value } from "../../../value/index.ts";
import { fail } from "../faults.ts";
import { pageFacts } from "./extract.ts";
import { isAllowed, parseRobots } from "./robots.ts";
import { parseSitemap } from "./sitemap.ts";

const web = declare("web");

function texts(items: readonly string[]): ListValue {
  return new ListValue([...items]);
}

/** Structured data as its value; as its text where it is no JSON. */
function structured(text: string): Value {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonError) return text;
    throw error;
  }
}

function resolved(href: string, base: string | undefined): string {
  return base !== undefined && URL.canParse(href, base) ? new URL(href, base).href : href;
}

function extracted(html: string, source: string | undefined): DictValue {
  const base = source !== undefined && URL.canParse(source) ? source : undefined;
  const { title, canonical, text, meta, links, tables, jsonLd } = pageFacts(html);
  return DictValue.of({
    title: title ?? null,
    canonical_url: canonical === undefined ? null : resolved(canonical, base),
    text,
    meta: new DictValue(new Map<string, Value>(meta)),
    links: new ListValue(
      links.map((link) => DictValue.of({ href: link.href, text: link.text, url: resolved(link.href, base) })),
    ),
    tables: new ListValue(
      tables.map(({ caption, headers, rows }) =>
        DictValue.of({ caption, headers: texts(headers), rows: new ListValue(rows.map(texts)) }),
      ),
    ),
    json_ld: new ListValue(jsonLd.map(structured)),
  });
}

function parsed(builtin: string, text: string): URL {
  if (!URL.canParse(text)) throw fail(`${builtin}: relative URL without a base`);
  return new URL(text);
}

export const webBuiltins: readonly Builtin[] = [
  web({
    name: "__web_extract_html",
    summary: "Title, text, links, tables, metadata and structured data of a page.",
    params: [req("html", t.string), opt("source_url", t.nilable(t.string))],
    returns: t.dict,
    run: (_context, html, source) => extracted(html, source ?? undefined),
  }),
  web({
    name: "__web_origin_url",
    summary: "A path at the origin of a URL, `/` if none is given; without the URL's login.",
    params: [req("url", t.string), opt("path", t.string)],
    returns: t.string,
    run(_context, text, path) {
      const { origin } = parsed("__web_origin_url", text);
      if (origin === "null") throw fail("__web_origin_url: the URL has no origin");
      return new URL(path ?? "/", `${origin}/`).href;
    },
  }),
  web({
    name: "__web_resolve_url",
    summary: "The URL that a link means on a page; nil for a link that is empty or cannot be resolved.",
    params: [req("base_url", t.string), req("href", t.string)],
    returns: t.nilable(t.string),
    run(_context, base, href) {
      const { href: from } = parsed("__web_resolve_url", base);
      return href.trim() === "" || !URL.canParse(href, from) ? null : new URL(href, from).href;
    },
  }),
  web({
    name: "__web_robots",
    summary: "What a robots.txt says to an agent about a path: `{allowed, sitemaps}`.",
    params: [req("robots", t.string), req("user_agent", t.string), req("path", t.string)],
    returns: t.dict,
    run(_context, text, agent, path) {
      const robots = parseRobots(text);
      return DictValue.of({ allowed: isAllowed(robots, agent, path), sitemaps: texts(robots.sitemaps) });
    },
  }),
  web({
    name: "__web_sitemap",
    summary: "The pages that a sitemap lists, and further sitemaps: `{pages, sitemaps}`.",
    params: [req("xml", t.string)],
    returns: t.dict,
    run(_context, xml) {
      const { pages, sitemaps } = parseSitemap(xml);
      return DictValue.of({ pages: texts(pages), sitemaps: texts(sitemaps) });
    },
  }),
];
