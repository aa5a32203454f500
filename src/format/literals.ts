import { escapePlain, type InterpolationExpression, quotePlain } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { type Fragment, fragment } from "./fragment.ts";
import { type Layout, spansLines } from "./layout.ts";

/** Text over several lines is the author's; on one line there is one way to write it. */
export function layoutString(
  l: Layout,
  node: { readonly span: Span; readonly value: string; readonly quote: "plain" | "raw" | "triple" },
): Fragment {
  if (node.quote === "raw" || spansLines(l, node.span)) return sourceText(l, node.span);
  return fragment(quotePlain(node.value));
}

export function layoutInterpolation(l: Layout, { span, parts }: InterpolationExpression): Fragment {
  // What stands in a hole is copied, and the comments in it with it.
  l.comments.claim(span.start, span.end);
  if (spansLines(l, span)) return sourceText(l, span);
  const texts = parts.map((part) =>
    part.kind === "text" ? escapePlain(part.value) : l.text.slice(part.span.start, part.span.end),
  );
  return fragment(`"${texts.join("")}"`);
}

function sourceText(l: Layout, { start, end }: Span): Fragment {
  return fragment(l.text.slice(start, end));
}
