import { describe, expect, test } from "vitest";
import { DictValue, show, type Value } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";
import { isAllowed, parseRobots } from "./robots.ts";
import { parseSitemap } from "./sitemap.ts";

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

describe("robots.txt", () => {
  const robots = parseRobots(
    [
      "# who may go where",
      "User-agent: *",
      "Disallow: /private",
      "Allow: /private/ok",
      "Disallow: /*.pdf$",
      "Disallow:",
      "",
      "User-Agent: badbot",
      "user-agent: WorseBot",
      "disallow: /",
      "Sitemap: https://a.test/map.xml",
    ].join("\r\n"),
  );

  test("names sitemaps wherever they stand", () => {
    expect(robots.sitemaps).toEqual(["https://a.test/map.xml"]);
  });

  test.each([
    ["*", "/", true],
    ["*", "/private/x", false],
    ["*", "/private/ok/more", true],
    ["*", "/public?q=/private", true],
    ["*", "/a/b.pdf", false],
    ["*", "/a/b.pdf?x", true],
    ["badbot", "/", false],
    ["BadBot/2.0", "/", false],
    ["worsebot (like a browser)", "/x", false],
    ["goodbot", "/private", false],
  ])("%s at %s: %s", (agent, path, allowed) => {
    expect(isAllowed(robots, agent, path)).toBe(allowed);
  });

  test("permission wins over an equally long refusal, in any order", () => {
    for (const text of ["User-agent: *\nAllow: /a\nDisallow: /a", "User-agent: *\nDisallow: /a\nAllow: /a"])
      expect(isAllowed(parseRobots(text), "*", "/a")).toBe(true);
  });

  test("without rules everything is allowed", () => {
    expect(isAllowed(parseRobots("Disallow: /before-any-agent"), "*", "/before-any-agent")).toBe(true);
    expect(isAllowed(parseRobots(""), "", "/")).toBe(true);
  });
});

describe("sitemaps", () => {
  test("list pages and further sitemaps", () => {
    const xml = `<?xml version="1.0"?><!-- <loc>https://a.test/no</loc> -->
      <sitemapindex><sitemap><loc>https://a.test/one.xml</loc></sitemap></sitemapindex>
      <s:urlset><s:url><s:loc> https://a.test/b?x=1&amp;y=2 </s:loc></s:url>
      <url><loc><![CDATA[https://a.test/c?d<e]]></loc></url><url><loc></loc></url></s:urlset>`;
    expect(parseSitemap(xml)).toEqual({
      pages: ["https://a.test/b?x=1&y=2", "https://a.test/c?d<e"],
      sitemaps: ["https://a.test/one.xml"],
    });
  });

  test("broken ones give what they hold", () => {
    expect(parseSitemap("<loc>https://a.test/a").pages).toEqual(["https://a.test/a"]);
    expect(parseSitemap("<loc><![CDATA[https://a.test/a").pages).toEqual(["https://a.test/a"]);
    expect(parseSitemap("<!-- <loc>x</loc>").pages).toEqual([]);
    expect(parseSitemap("no xml at all").pages).toEqual([]);
  });
});
