import { type BindingPattern, type Expression, isBlockForm, leftmost, type Statement } from "../syntax/index.ts";
import { unreachable } from "../text/index.ts";
import { isEmpty, layoutBeforeElse, layoutHeader } from "./block-forms.ts";
import { layoutBlock } from "./bodies.ts";
import { layoutDeclaration } from "./declarations.ts";
import { type Fragment, fragment, join, joinAll } from "./fragment.ts";
import type { Layout } from "./layout.ts";
import { annotationText } from "./types.ts";

export function layoutStatement(l: Layout, statement: Statement, level: number): Fragment {
  const value = (expression: Expression): Fragment => l.parts.expression(l, expression, level);
  switch (statement.kind) {
    case "binding":
      return join(
        `${statement.mode} `,
        layoutPattern(l, statement.pattern, level),
        `${annotationText(statement.type)} = `,
        value(statement.value),
      );
    case "assign":
      shieldStart(l, statement.target);
      return join(value(statement.target), ` ${statement.operator} `, value(statement.value));
    case "for":
      return join(
        "for ",
        layoutPattern(l, statement.pattern, level),
        " in ",
        layoutHeader(l, statement.iterable, isEmpty(statement.body), level),
        " ",
        layoutBlock(l, statement.body, level),
      );
    case "while":
      return join(
        "while ",
        layoutHeader(l, statement.condition, isEmpty(statement.body), level),
        " ",
        layoutBlock(l, statement.body, level),
      );
    case "guard":
      return join(
        "guard ",
        layoutBeforeElse(l, statement.condition, level),
        " else ",
        layoutBlock(l, statement.otherwise, level),
      );
    case "require":
      return join("require ", value(statement.condition), ...(statement.error ? [", ", value(statement.error)] : []));
    case "defer":
    case "mutex":
      return join(`${statement.kind} `, layoutBlock(l, statement.body, level));
    case "return":
    case "yield":
    case "throw":
    case "emit":
      return statement.value ? join(`${statement.kind} `, value(statement.value)) : fragment(statement.kind);
    case "break":
    case "continue":
      return fragment(statement.kind);
    case "expression":
      shieldStart(l, statement.expression);
      return value(statement.expression);
    default:
      return layoutDeclaration(l, statement, level);
  }
}

/** A construct with a block ends the statement that it starts, so that `(if a { b }).c` needs its parentheses there. */
function shieldStart(l: Layout, expression: Expression): void {
  const first = leftmost(expression);
  if (first !== expression && isBlockForm(first)) l.shielded.add(first);
}

export function layoutPattern(l: Layout, pattern: BindingPattern, level: number): Fragment {
  switch (pattern.kind) {
    case "name-pattern":
      return fragment(pattern.name.text);
    case "pair-pattern":
      return fragment(`(${pattern.first.text}, ${pattern.second.text})`);
    case "dict-pattern": {
      const fields = pattern.fields.map(({ key, alias, fallback }) =>
        withFallback(l, alias ? `${key.text}: ${alias.text}` : key.text, fallback, level),
      );
      return join("{", joinAll([...fields, ...restOf(pattern)], ", "), "}");
    }
    case "list-pattern": {
      const elements = pattern.elements.map(({ name, fallback }) => withFallback(l, name.text, fallback, level));
      return join("[", joinAll([...elements, ...restOf(pattern)], ", "), "]");
    }
    default:
      return unreachable(pattern);
  }
}

function restOf({ rest }: Extract<BindingPattern, { kind: "dict-pattern" | "list-pattern" }>): string[] {
  return rest ? [`...${rest.text}`] : [];
}

function withFallback(l: Layout, text: string, fallback: Expression | undefined, level: number): Fragment {
  return fallback ? join(text, " = ", l.parts.expression(l, fallback, level)) : fragment(text);
}
