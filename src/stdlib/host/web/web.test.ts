import { expect, test } from "vitest";
import { DictValue, show, type Value } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";

const bench = new Bench();

function fact(html: string, key: string, source: Value = null): string {
  const facts = bench.now("__web_extract_html", html, source);
  return show((facts instanceof DictValue ? facts.get(key) : undefined) ?? null);
}

test("text is what a page shows", () => {
  const page = "<style>p{}</style><p>One <b>two</b>&nbsp;&lt;x&gt;</p><!-- no --><script>var hidden</script>three";
  expect(fact(page, "text")).toBe("One two <x> three");
});

test("links are resolved at the page", () => {
  const page = '<a href="/a?b=1">rel</a><a>none</a><a href=https://other.test/>abs';
  expect(fact(page, "links", "https://site.test/dir/")).toBe(
    "[{href: /a?b=1, text: rel, url: https://site.test/a?b=1}, {href: https://other.test/, text: abs, url: https://other.test/}]",
  );
});

test("tables keep rows of any length", () => {
  expect(fact("<table><caption>c</caption><tr><th>K<th>V<tr><td>a<td>1<tr><td>wide</table>", "tables")).toBe(
    "[{caption: c, headers: [K, V], rows: [[a, 1], [wide]]}]",
  );
});

test("structured data that is no JSON stays a text", () => {
  const script = (text: string): string => `<script type="application/ld+json">${text}</script>`;
  expect(fact(script('{"n": 1}') + script("{bad"), "json_ld")).toBe("[{n: 1}, {bad]");
});

test("marks that never end take no more than one look", () => {
  expect(fact("<a ".repeat(20_000), "links")).toBe("[]");
  expect(fact("<!--".repeat(20_000), "text")).toBe("");
});

test("origins lose the login", async () => {
  expect(await bench.shown("__web_origin_url", "https://u:p@a.test:8443/x?y", "robots.txt")).toBe(
    "https://a.test:8443/robots.txt",
  );
  expect(await bench.shown("__web_origin_url", "nope")).toContain("relative URL without a base");
  expect(await bench.shown("__web_resolve_url", "https://a.test/x", "")).toBe("nil");
});
