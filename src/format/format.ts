import { type Diagnostic, diagnose } from "../diagnostics/index.ts";
import { parse } from "../syntax/index.ts";
import type { Source } from "../text/index.ts";
import { CommentTable } from "./comment-table.ts";
import { cannotFormat } from "./diagnostics.ts";
import { layoutExpression } from "./expressions.ts";
import type { Layout } from "./layout.ts";
import { defaultFormatOptions, type FormatOptions } from "./options.ts";
import { layoutProgram } from "./program.ts";
import { layoutStatement } from "./statements.ts";

export type Formatted =
  | { readonly kind: "formatted"; readonly text: string }
  /** Nothing is laid out unless the whole text parses. */
  | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] };

const parts = { expression: layoutExpression, statement: layoutStatement };

/** The program in the one layout there is: the same tree, every comment, and the same text again when formatted again. */
export function format(source: Source, options: FormatOptions = defaultFormatOptions): Formatted {
  const { program, diagnostics } = parse(source);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { kind: "failed", diagnostics: errors.map(unformattable) };
  const { text, lines } = source;
  const l: Layout = {
    text,
    lines,
    comments: new CommentTable(program.comments, lines),
    options,
    parts,
    shielded: new Set(),
  };
  const first = firstLine(text);
  const rest = layoutProgram(l, program, 0);
  // A program of nothing else needs no line break of its own.
  return { kind: "formatted", text: first.endsWith("\n") && rest === "\n" ? first : first + rest };
}

/** A `#!` line stays as it is. */
function firstLine(text: string): string {
  const found = /^\ufeff?(#![^\n]*\n?)/.exec(text);
  return found?.[1] ?? "";
}

function unformattable(found: Diagnostic): Diagnostic {
  return diagnose(cannotFormat, found.source, found.span, { reason: found.plain ?? found.message });
}
