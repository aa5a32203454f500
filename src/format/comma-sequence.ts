import type { Span } from "../text/index.ts";
import { mayStandInside, mayTrail, type PlacedComment } from "./comment-table.ts";
import { commentBlock } from "./comment-text.ts";
import { emptyFragment, type Fragment, join, joinAll, lineAt } from "./fragment.ts";
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
  readonly comma: string;
  readonly above: PlacedComment[];
  readonly behind: PlacedComment[];
}

/** Items on one line if they fit and none of them has line breaks, else each on a line of its own with a comma after it. */
export function layoutSequence<T extends { readonly span: Span }>(
  l: Layout,
  sequence: CommaSequence<T>,
  level: number,
): Fragment {
  const { open, close, items, region, prefix } = sequence;
  const laid: Item[] = items.map((item) => ({
    text: sequence.render(item, level + 1),
    comma: sequence.refusesComma?.(item) ? "" : ",",
    above: [],
    behind: [],
  }));
  const dangling = attachComments(l, items, region, laid);
  const isCommented = dangling.length > 0 || laid.some(({ above, behind }) => above.length + behind.length > 0);
  const isBroken = isCommented || laid.some(({ text }) => text.isBroken);
  if (!isBroken) {
    const line = joinAll(
      laid.map(({ text }) => text),
      ", ",
    );
    if (prefix + line.bytes + 1 <= l.options.lineWidth) return join(open, line, close);
  }
  // Only now do the items have lines of their own to put comments on that stand deep inside of them.
  items.forEach(({ span }, index) => {
    laid[index]?.above.push(...l.comments.claim(span.start, span.end));
  });
  const broken = wrapped(l, laid, dangling, level);
  const isForced = isCommented || laid.some(({ text }) => text.isForced);
  return { ...join(open, broken, close), isForced };
}

function wrapped(l: Layout, laid: readonly Item[], dangling: readonly PlacedComment[], level: number): Fragment {
  const line = lineAt(level + 1);
  const pieces: (string | Fragment)[] = [];
  const addOwn = (comments: readonly PlacedComment[]): void => {
    if (comments.length > 0) pieces.push(commentBlock(comments, level + 1, l.options.lineWidth));
  };
  for (const { text, comma, above, behind } of laid) {
    addOwn(above);
    pieces.push(line, text, comma);
    if (behind.length > 0) pieces.push(`  ${behind.map((comment) => comment.text).join(" ")}`);
  }
  addOwn(dangling);
  if (pieces.length === 0) return emptyFragment;
  pieces.push(lineAt(level));
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
    if (isOnLineBefore && mayStandInside(comment) && start < comma && !isOpenEnded(l, comment, to))
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
function isOpenEnded(l: Layout, comment: PlacedComment, to: number): boolean {
  return isLineBreakBetween(l, comment.span.end, to);
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
