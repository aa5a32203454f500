/**
 * Things that stand on lines of their own: statements, fields, variants, arms. Each takes the comments above it, the ones behind
 * it, and those inside of it that found no place; what comes after the last stays there.
 */
import type { Span } from "../text/index.ts";
import { mayTrail, type PlacedComment } from "./comment-table.ts";
import { commentBlock } from "./comment-text.ts";
import { type Fragment, flattened, join, joinAll, lineAt } from "./fragment.ts";
import { isLineBreakBetween, type Layout } from "./layout.ts";

export interface LineItem {
  readonly span: Span;
  readonly render: (level: number) => Fragment;
}

/**
 * `line`: a comment goes behind the first item that ends on its line. `gap`: behind the item that it follows. Statements take the
 * former, since several of them share a line only where each is short.
 */
export type Trailing = "line" | "gap";

export interface CommentedItem {
  readonly above: readonly PlacedComment[];
  readonly behind: readonly PlacedComment[];
  readonly text: Fragment;
}

export interface CommentedItems {
  readonly items: readonly CommentedItem[];
  readonly dangling: readonly PlacedComment[];
}

/** The items in the order given, which need not be the source's. */
export function attachToItems(
  l: Layout,
  items: readonly LineItem[],
  region: Span,
  level: number,
  trailing: Trailing,
): CommentedItems {
  const laid = items.map((item, index): LaidItem => {
    const text = flattened(item.render(level));
    const behind = trailing === "line" ? claimLine(l, item.span, items[index + 1]?.span) : none;
    return { span: item.span, text, above: none, behind };
  });
  return { items: laid, dangling: l.comments.has(region.start, region.end) ? attachGaps(l, laid, region) : none };
}

interface LaidItem extends CommentedItem {
  readonly span: Span;
  above: readonly PlacedComment[];
  behind: readonly PlacedComment[];
}

const none: readonly PlacedComment[] = [];

/** Gives the comments around and inside of the items to them; returns what comes after the last. */
function attachGaps(l: Layout, laid: readonly LaidItem[], region: Span): readonly PlacedComment[] {
  const inSourceOrder = laid.toSorted((a, b) => a.span.start - b.span.start);
  let from = region.start;
  let previous: LaidItem | undefined;
  for (const item of inSourceOrder) {
    const { start, end } = item.span;
    const before = behindPrevious(l, l.comments.claim(from, start), previous, start);
    item.above = [...before, ...l.comments.claim(start, end)];
    from = Math.max(from, end);
    previous = item;
  }
  return behindPrevious(l, l.comments.claim(from, region.end), previous, undefined);
}

/** The comments on the line where an item ends, but for those inside of the item after it. */
function claimLine(l: Layout, span: Span, next: Span | undefined): readonly PlacedComment[] {
  const onLine = l.comments.onLine(span.end - 1);
  if (onLine.length === 0) return none;
  const found = onLine.filter((comment) => mayTrail(comment) && !(next && isInside(comment, next)));
  for (const comment of found) comment.isClaimed = true;
  return found;
}

function isInside({ span }: PlacedComment, outer: Span): boolean {
  return span.start >= outer.start && span.end <= outer.end;
}

/** Hands the comments that follow an item on its last line to that item, and returns the others. */
function behindPrevious(
  l: Layout,
  comments: readonly PlacedComment[],
  previous: LaidItem | undefined,
  nextStart: number | undefined,
): readonly PlacedComment[] {
  if (!previous) return comments;
  let count = 0;
  for (const comment of comments) {
    if (!mayTrail(comment) || isLineBreakBetween(l, previous.span.end, comment.span.start)) break;
    const leansOnNext = nextStart !== undefined && !isLineBreakBetween(l, comment.span.end, nextStart);
    if (leansOnNext) break;
    count++;
  }
  if (count > 0) previous.behind = [...previous.behind, ...comments.slice(0, count)];
  return comments.slice(count);
}

/** Every item and comment after a line break, indented. */
export function layoutLines(
  l: Layout,
  items: readonly LineItem[],
  region: Span,
  level: number,
  trailing: Trailing,
): Fragment {
  const attached = attachToItems(l, items, region, level, trailing);
  const line = lineAt(level);
  const pieces: (string | Fragment)[] = [];
  const addOwn = (comments: readonly PlacedComment[]): void => {
    if (comments.length > 0) pieces.push(commentBlock(comments, level, l.options.lineWidth));
  };
  for (const item of attached.items) {
    addOwn(item.above);
    pieces.push(line, withTrailing(item));
  }
  addOwn(attached.dangling);
  return joinAll(pieces);
}

export function withTrailing({ text, behind }: CommentedItem): Fragment {
  return behind.length === 0 ? text : join(text, `  ${behind.map((comment) => comment.text).join(" ")}`);
}

/** `{`, the items on lines of their own, `}`. */
export function layoutBraced(
  l: Layout,
  items: readonly LineItem[],
  region: Span,
  level: number,
  trailing: Trailing,
): Fragment {
  return join("{", layoutLines(l, items, region, level + 1, trailing), lineAt(level), "}");
}
