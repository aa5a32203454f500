import { htmlTokens } from "./tokens.ts";

export interface Link {
  readonly href: string;
  readonly text: string;
}

export interface Table {
  readonly caption: string;
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface PageFacts {
  readonly title: string | undefined;
  readonly canonical: string | undefined;
  readonly text: string;
  readonly meta: ReadonlyMap<string, string>;
  readonly links: readonly Link[];
  readonly tables: readonly Table[];
  readonly jsonLd: readonly string[];
}

interface OpenTable {
  caption: string[];
  headers: string[];
  readonly rows: string[][];
  row: { readonly cells: string[]; isHead: boolean } | undefined;
  cell: string[] | undefined;
}

/** Whose end or beginning parts words. */
const inline = new Set(
  "a abbr b bdi bdo cite code data dfn em i kbd mark q s samp small span strong sub sup time u var".split(" "),
);

export function collapsed(pieces: readonly string[]): string {
  return pieces
    .join("")
    .replace(/[\s\u00a0]+/g, " ")
    .trim();
}

/** What a page says, read from left to right in one pass. */
class PageReader {
  title: string[] | undefined;
  canonical: string | undefined;
  readonly text: string[] = [];
  readonly meta = new Map<string, string>();
  readonly links: Link[] = [];
  readonly tables: Table[] = [];
  readonly jsonLd: string[] = [];
  /** The opaque element that is open. */
  #within: "title" | "json-ld" | "hidden" | undefined;
  #link: { readonly href: string; readonly text: string[] } | undefined;
  readonly #open: OpenTable[] = [];
  #inCaption = false;

  read(html: string): this {
    for (const token of htmlTokens(html)) {
      if (token.kind === "text") this.#textPiece(token.text);
      else if (token.kind === "open") this.#begin(token.name, token.attributes);
      else this.#end(token.name);
    }
    this.#endLink();
    while (this.#open.length > 0) this.#endTable();
    return this;
  }

  #textPiece(text: string): void {
    if (this.#within === "title") this.title?.push(text);
    else if (this.#within === "json-ld") this.jsonLd.push(text.trim());
    else if (this.#within === undefined) {
      this.text.push(text);
      this.#link?.text.push(text);
      const table = this.#open.at(-1);
      if (this.#inCaption) table?.caption.push(text);
      else table?.cell?.push(text);
    }
  }

  #begin(name: string, attributes: ReadonlyMap<string, string>): void {
    if (!inline.has(name)) this.#textPiece(" ");
    const table = this.#open.at(-1);
    switch (name) {
      case "title":
        this.title ??= [];
        this.#within = "title";
        break;
      case "script":
        this.#within = attributes.get("type")?.toLowerCase() === "application/ld+json" ? "json-ld" : "hidden";
        break;
      case "style":
        this.#within = "hidden";
        break;
      case "meta":
        this.#meta(attributes);
        break;
      case "link":
        if (attributes.get("rel")?.toLowerCase() === "canonical") this.canonical ??= attributes.get("href");
        break;
      case "a": {
        this.#endLink();
        const href = attributes.get("href") ?? "";
        if (href !== "") this.#link = { href, text: [] };
        break;
      }
      case "table":
        this.#open.push({ caption: [], headers: [], rows: [], row: undefined, cell: undefined });
        break;
      case "caption":
        this.#inCaption = table !== undefined;
        break;
      case "tr":
        this.#endRow(table);
        if (table !== undefined) table.row = { cells: [], isHead: true };
        break;
      case "th":
      case "td":
        this.#beginCell(table, name === "th");
        break;
      default:
    }
  }

  #end(name: string): void {
    if (name === "title" || name === "script" || name === "style") this.#within = undefined;
    if (!inline.has(name)) this.#textPiece(" ");
    const table = this.#open.at(-1);
    if (name === "a") this.#endLink();
    else if (name === "caption") this.#inCaption = false;
    else if (name === "td" || name === "th") this.#endCell(table);
    else if (name === "tr") this.#endRow(table);
    else if (name === "table") this.#endTable();
  }

  #meta(attributes: ReadonlyMap<string, string>): void {
    const charset = attributes.get("charset");
    const name = attributes.get("name") ?? attributes.get("property") ?? attributes.get("http-equiv");
    if (charset !== undefined) this.meta.set("charset", charset);
    else if (name !== undefined) this.meta.set(name.toLowerCase(), attributes.get("content") ?? "");
  }

  #beginCell(table: OpenTable | undefined, isHead: boolean): void {
    if (table === undefined) return;
    this.#endCell(table);
    table.row ??= { cells: [], isHead: true };
    table.row.isHead &&= isHead;
    table.cell = [];
  }

  #endCell(table: OpenTable | undefined): void {
    if (table?.cell === undefined) return;
    table.row?.cells.push(collapsed(table.cell));
    table.cell = undefined;
  }

  /** The first row of nothing but headings gives the columns their names. */
  #endRow(table: OpenTable | undefined): void {
    if (table === undefined) return;
    this.#endCell(table);
    const { row } = table;
    table.row = undefined;
    if (row === undefined || row.cells.length === 0) return;
    if (row.isHead && table.headers.length === 0 && table.rows.length === 0) table.headers = row.cells;
    else table.rows.push(row.cells);
  }

  #endTable(): void {
    const table = this.#open.at(-1);
    if (table === undefined) return;
    this.#endRow(table);
    this.#open.pop();
    this.tables.push({ caption: collapsed(table.caption), headers: table.headers, rows: table.rows });
  }

  #endLink(): void {
    if (this.#link !== undefined) this.links.push({ href: this.#link.href, text: collapsed(this.#link.text) });
    this.#link = undefined;
  }
}

export function pageFacts(html: string): PageFacts {
  const { title, canonical, text, meta, links, tables, jsonLd } = new PageReader().read(html);
  const shown = title === undefined ? undefined : collapsed(title) || undefined;
  return { title: shown, canonical, text: collapsed(text), meta, links, tables, jsonLd };
}
