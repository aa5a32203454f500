/** The top level: a blank line between items, imports sorted, sections apart. */
import type { ImportDeclaration, Program, Statement } from "../syntax/index.ts";
import type { PlacedComment } from "./comment-table.ts";
import { commentLines } from "./comment-text.ts";
import { compareImports } from "./imports.ts";
import type { Layout } from "./layout.ts";
import { attachToItems, type CommentedItem, type LineItem, withTrailing } from "./line-list.ts";
import { splitAtHeaders } from "./section-headers.ts";

export function layoutProgram(l: Layout, program: Program, start: number): string {
  const leading = leadingImports(program.items);
  const items = [...leading.toSorted(compareImports), ...program.items.slice(leading.length)];
  const lines = items.map((item): LineItem => {
    return { span: item.span, render: (level) => l.parts.statement(l, item, level) };
  });
  const page = new Page();
  const header = claimHeader(l, leading, start);
  const attached = attachToItems(l, lines, { start, end: program.span.end }, 0, "gap");
  page.add(...commentLines(header, 0, l.options.lineWidth));
  // Two doc comments with nothing between them would be one to the next run.
  if (header[header.length - 1]?.isDoc && attached.items[0]?.above[0]?.isDoc) page.blankLine();
  attached.items.forEach((item, index) => {
    if (index > 0 && index >= leading.length) page.blankLine();
    addAbove(l, page, item, index < leading.length);
    page.add(withTrailing(item).text);
  });
  addComments(l, page, attached.dangling);
  return page.toString();
}

function leadingImports(items: readonly Statement[]): ImportDeclaration[] {
  const imports: ImportDeclaration[] = [];
  for (const item of items) {
    if (item.kind !== "import") break;
    imports.push(item);
  }
  return imports;
}

/** What a blank line parts from the first import speaks for the file, and stays first whatever the order of the imports. */
function claimHeader(l: Layout, [first]: readonly ImportDeclaration[], start: number): readonly PlacedComment[] {
  if (!first) return [];
  const comments = l.comments.within(start, first.span.start);
  const last = comments.findLastIndex(({ span }, index) => {
    const next = comments[index + 1]?.span.start ?? first.span.start;
    return /\n[ \t\r]*\n/.test(l.text.slice(span.end, next));
  });
  const end = comments[last]?.span.end;
  return end === undefined ? [] : l.comments.claim(start, end);
}

/** Among the imports a bar is a comment like any other: their run has no blank lines. */
function addAbove(l: Layout, page: Page, { above }: CommentedItem, isLeadingImport: boolean): void {
  if (isLeadingImport) page.add(...commentLines(above, 0, l.options.lineWidth));
  else addComments(l, page, above);
}

function addComments(l: Layout, page: Page, comments: readonly PlacedComment[]): void {
  const { lineWidth, separatorWidth } = l.options;
  for (const part of splitAtHeaders(comments, separatorWidth === 0 ? lineWidth : separatorWidth)) {
    if (part.kind === "comments") page.add(...commentLines(part.comments, 0, lineWidth));
    else {
      page.blankLine();
      page.add(...part.lines);
      page.blankLine();
    }
  }
}

/** Lines, with at most one blank one in a row and none at the ends. */
class Page {
  readonly #lines: string[] = [];
  #isBlankDue = false;

  add(...lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#isBlankDue && this.#lines.length > 0) this.#lines.push("");
    this.#isBlankDue = false;
    for (const line of lines) this.#lines.push(line);
  }

  blankLine(): void {
    this.#isBlankDue = true;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}
