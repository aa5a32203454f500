import { decodeEntities } from "./tokens.ts";

/** The pages that a sitemap lists, and further sitemaps where it is an index of them. */
export interface Sitemap {
  readonly pages: readonly string[];
  readonly sitemaps: readonly string[];
}

/** Reads what `<loc>` elements say; those inside of `<sitemap>` are sitemaps. Comments are passed over. */
export function parseSitemap(xml: string): Sitemap {
  const pages: string[] = [];
  const sitemaps: string[] = [];
  let isIndexEntry = false;
  const marks = /<!--[\s\S]*?(?:-->|$)|<(\/?)(?:[\w-]+:)?(sitemap|loc)(?:\s[^<>]*)?>/gi;
  for (let mark = marks.exec(xml); mark !== null; mark = marks.exec(xml)) {
    const name = mark[2]?.toLowerCase();
    if (name === "sitemap") isIndexEntry = mark[1] === "";
    else if (name === "loc" && mark[1] === "") {
      const end = xml.indexOf("<", withoutCdata(xml, marks.lastIndex));
      const url = contentOf(xml.slice(marks.lastIndex, end === -1 ? xml.length : end));
      if (url !== "") (isIndexEntry ? sitemaps : pages).push(url);
    }
  }
  return { pages, sitemaps };
}

/** Where the end of an element is to be looked for: behind its CDATA, if it begins with that. */
function withoutCdata(xml: string, from: number): number {
  const opening = /^\s*<!\[CDATA\[/.exec(xml.slice(from, from + 64))?.[0];
  if (opening === undefined) return from;
  const end = xml.indexOf("]]>", from + opening.length);
  return end === -1 ? xml.length : end + 3;
}

function contentOf(raw: string): string {
  const cdata = /^\s*<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)/.exec(raw);
  return (cdata ? (cdata[1] ?? "") : decodeEntities(raw)).trim();
}
