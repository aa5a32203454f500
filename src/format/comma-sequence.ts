import type { Span } from "../text/index.ts";
import { mayStandInside, mayTrail, type PlacedComment } from "./comment-table.ts";
import { commentBlock } from "./comment-text.ts";
import { type Fragment, join, joinAll, lineAt, type Piece } from "./fragment.ts";
import { isLineBreakBetween, type Layout } from "./layout.ts";

export interface CommaSequence<T extends { readonly span: Span }> {
  readonly open: string;
  readonly close: string;
  readonly items: readonly T[];
  /** From the opening bracket to the closing one. */
  readonly region: Span;
  /** What counts as standing before the items on their line. */
  readonly prefix: number;
  readonly render: (item: T, level: number) => Fragment;
  /** No comma may follow this item: a rest parameter. */
  readonly refusesComma?: (item: T) => boolean;
}

interface Item {
  text: Fragment;
  readonly above: PlacedComment[];
  readonly behind: PlacedComment[];
}

/** Items on one line if they fit and none of them has line breaks, else each on a line of its own with a comma after it. */
export function layoutSequence<T extends { readonly span: Span }>(
  l: Layout,
  sequence: CommaSequence<T>,
  level: number,
): Fragment {
  const { open, close, items, region } = sequence;
  const texts = items.map((item) => sequence.render(item, level + 1));
  if (l.comments.has(region.start, region.end)) return layoutCommented(l, sequence, texts, level);
  if (!texts.some(({ isBroken }) => isBroken)) {
    const line = oneLine(l, sequence, texts);
    if (line) return line;
  }
  const pieces: Piece[] = [open];
  texts.forEach((text, index) => {
    pieces.push(lineAt(level + 1), text, commaAfterItem(sequence, items[index]));
  });
  if (texts.length > 0) pieces.push(lineAt(level));
  pieces.push(close);
  return joinAll(pieces);
}

function commaAfterItem<T extends { readonly span: Span }>(sequence: CommaSequence<T>, item: T | undefined): string {
  return item && sequence.refusesComma?.(item) ? "" : ",";
}

/** Nothing if it is too long. */
function oneLine<T extends { readonly span: Span }>(
  l: Layout,
  { open, close, prefix }: CommaSequence<T>,
  texts: readonly Fragment[],
): Fragment | undefined {
  const line = joinAll(texts, ", ");
  return prefix + line.bytes + 1 <= l.options.lineWidth ? join(open, line, close) : undefined;
}

/** The same with comments somewhere in it. Those deep inside of an item only have a line to stand on once the items wrap. */
function layoutCommented<T extends { readonly span: Span }>(
  l: Layout,
  sequence: CommaSequence<T>,
  texts: readonly Fragment[],
  level: number,
): Fragment {
  const { open, close, items, region } = sequence;
  const laid = texts.map((text): Item => ({ text, above: [], behind: [] }));
  const dangling = attachComments(l, items, region, laid);
  const hasOwnLines = dangling.length > 0 || laid.some(({ above, behind }) => above.length + behind.length > 0);
  if (!hasOwnLines && !laid.some(({ text }) => text.isBroken)) {
    const line = oneLine(
      l,
      sequence,
      laid.map(({ text }) => text),
    );
    if (line) return line;
  }
  const pieces: Piece[] = [open];
  const addOwn = (comments: readonly PlacedComment[]): void => {
    if (comments.length > 0) pieces.push(commentBlock(comments, level + 1, l.options.lineWidth));
  };
  laid.forEach(({ text, above, behind }, index) => {
    const item = items[index] as T;
    addOwn([...above, ...l.comments.claim(item.span.start, item.span.end)]);
    pieces.push(lineAt(level + 1), text, commaAfterItem(sequence, item));
    if (behind.length > 0) pieces.push(`  ${behind.map((comment) => comment.text).join(" ")}`);
  });
  addOwn(dangling);
  pieces.push(lineAt(level), close);
  return joinAll(pieces);
}

/** Gives each comment between the items to one of them; what comes after the last is returned. */
function attachComments(
  l: Layout,
  items: readonly { readonly span: Span }[],
  region: Span,
  laid: readonly Item[],
): PlacedComment[] {
  if (!l.comments.has(region.start, region.end)) return [];
  let from = region.start;
  items.forEach(({ span }, index) => {
    attachGap(l, from, span.start, laid[index - 1], laid[index]);
    from = span.end;
  });
  return attachGap(l, from, region.end, laid[items.length - 1], undefined);
}

/** A gap between two items. A comment goes to the item before it on its line, else to the item after it. */
function attachGap(
  l: Layout,
  from: number,
  to: number,
  before: Item | undefined,
  after: Item | undefined,
): PlacedComment[] {
  const comments = l.comments.claim(from, to);
  if (comments.length === 0) return [];
  const comma = commaAfter(l, from, to, comments);
  const glued: PlacedComment[] = [];
  const own: PlacedComment[] = [];
  for (const comment of comments) {
    const { start, end } = comment.span;
    const isOnLineBefore = before !== undefined && !isLineBreakBetween(l, from, start) && before.behind.length === 0;
    const isOnLineAfter = after !== undefined && !isLineBreakBetween(l, end, to);
    if (isOnLineBefore && mayStandInside(comment) && start < comma && !isOpenEnded(l, comment, comma))
      before.text = join(before.text, " ", comment.text);
    else if (isOnLineAfter && mayStandInside(comment)) glued.push(comment);
    else if (before && own.length === 0 && mayTrail(comment) && !isLineBreakBetween(l, from, start))
      before.behind.push(comment);
    else own.push(comment);
  }
  if (!after) return own;
  after.above.push(...own);
  if (glued.length > 0) after.text = join(glued.map(({ text }) => `${text} `).join(""), after.text);
  return [];
}

/** A comment that ends a line, with no comma after it: it is no part of the item's text. */
function isOpenEnded(l: Layout, comment: PlacedComment, comma: number): boolean {
  return isLineBreakBetween(l, comment.span.end, comma);
}

/** Where the comma of a gap stands, or its end if there is none. */
function commaAfter(l: Layout, from: number, to: number, comments: readonly PlacedComment[]): number {
  let at = from;
  for (const { span } of comments) {
    const comma = l.text.slice(at, span.start).indexOf(",");
    if (comma !== -1) return at + comma;
    at = span.end;
  }
  const comma = l.text.slice(at, to).indexOf(",");
  return comma === -1 ? to : at + comma;
}
