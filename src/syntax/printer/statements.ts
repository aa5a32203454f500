import { unreachable } from "../../text/index.ts";
import type { BindingPattern, Block, Expression, Statement } from "../ast.ts";
import { printBeforeElse, printHeader } from "./block-forms.ts";
import { printDeclaration } from "./declarations.ts";
import { annotationText } from "./types.ts";
import type { Writer } from "./writer.ts";

export function printBlock(w: Writer, block: Block): void {
  w.write("{");
  w.indented(() => printStatements(w, block));
  w.line();
  w.write("}");
}

/** Each statement on a line of its own. */
export function printStatements(w: Writer, block: Block): void {
  for (const statement of block.statements) {
    w.line();
    printStatement(w, statement);
  }
}

export function printStatement(w: Writer, statement: Statement): void {
  switch (statement.kind) {
    case "binding":
      w.write(`${statement.mode} `);
      printPattern(w, statement.pattern);
      w.write(`${annotationText(statement.type)} = `);
      return w.parts.expression(w, statement.value);
    case "assign":
      w.parts.expression(w, statement.target);
      w.write(` ${statement.operator} `);
      return w.parts.expression(w, statement.value);
    case "for":
      w.write("for ");
      printPattern(w, statement.pattern);
      return printHeaded(w, " in ", statement.iterable, statement.body);
    case "while":
      return printHeaded(w, "while ", statement.condition, statement.body);
    case "guard":
      w.write("guard ");
      printBeforeElse(w, statement.condition);
      w.write(" else ");
      return printBlock(w, statement.otherwise);
    case "require":
      w.write("require ");
      w.parts.expression(w, statement.condition);
      if (!statement.error) return;
      w.write(", ");
      return w.parts.expression(w, statement.error);
    case "defer":
    case "mutex":
      w.write(`${statement.kind} `);
      return printBlock(w, statement.body);
    case "return":
    case "yield":
    case "throw":
    case "emit":
      return printValue(w, statement.kind, statement.value);
    case "break":
    case "continue":
      return w.write(statement.kind);
    case "expression":
      return w.parts.expression(w, statement.expression);
    default:
      return printDeclaration(w, statement);
  }
}

function printHeaded(w: Writer, before: string, header: Expression, body: Block): void {
  w.write(before);
  printHeader(w, header);
  w.write(" ");
  printBlock(w, body);
}

function printValue(w: Writer, keyword: string, value: Expression | undefined): void {
  w.write(keyword);
  if (!value) return;
  w.write(" ");
  w.parts.expression(w, value);
}

function printPattern(w: Writer, pattern: BindingPattern): void {
  switch (pattern.kind) {
    case "name-pattern":
      return w.write(pattern.name.text);
    case "pair-pattern":
      return w.write(`(${pattern.first.text}, ${pattern.second.text})`);
    case "dict-pattern":
      w.write("{");
      printFields(
        w,
        pattern.fields.map(({ key, alias, fallback }) => ({
          text: alias ? `${key.text}: ${alias.text}` : key.text,
          fallback,
        })),
        pattern.rest?.text,
      );
      return w.write("}");
    case "list-pattern":
      w.write("[");
      printFields(
        w,
        pattern.elements.map(({ name, fallback }) => ({ text: name.text, fallback })),
        pattern.rest?.text,
      );
      return w.write("]");
    default:
      return unreachable(pattern);
  }
}

interface PatternField {
  readonly text: string;
  readonly fallback: Expression | undefined;
}

function printFields(w: Writer, fields: readonly PatternField[], rest: string | undefined): void {
  w.separated(fields, ", ", ({ text, fallback }) => {
    w.write(text);
    if (!fallback) return;
    w.write(" = ");
    w.parts.expression(w, fallback);
  });
  if (rest !== undefined) w.write(fields.length === 0 ? `...${rest}` : `, ...${rest}`);
}
