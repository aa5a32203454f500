import type { Module } from "../modules/index.ts";
import type { Attribute, Block, Declaration, FunctionDeclaration, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { yields } from "./symbols/yields.ts";

/**
 * What importers of a module can see of it, as text: two texts that are equal mean the same to whoever imports the module. Bodies are
 * left out, apart from whether they yield.
 */
export function interfaceText(module: Module): string {
  const { text } = module.source;
  const isBroken = module.diagnostics.some(({ severity }) => severity === "error");
  const parts = module.program.items.flatMap((item) => partsOf(item, (span) => text.slice(span.start, span.end)));
  return `${isBroken ? "broken" : "whole"}\n${parts.join("\n")}`;
}

type TextOf = (span: Span) => string;

function partsOf(item: Statement, textOf: TextOf): readonly string[] {
  switch (item.kind) {
    case "function":
      return [functionHead(item, textOf)];
    case "tool":
      return [headOf(item, item.body, textOf)];
    case "impl":
      return [`impl ${item.target.text}`, ...item.methods.map((method) => functionHead(method, textOf))];
    case "struct":
    case "enum":
    case "interface":
    case "type":
    case "import":
      return [textOf(item.span)];
    case "pipeline":
    case "override":
    case "skill":
    case "eval-pack":
      return [`${item.isPublic ? "pub " : ""}${item.kind} ${item.name.text}`];
    default:
      return [];
  }
}

function functionHead(declaration: FunctionDeclaration, textOf: TextOf): string {
  const flow = yields(declaration.body) ? " yields" : "";
  return `${headOf(declaration, declaration.body, textOf)}${flow}`;
}

/** Attributes count: a call of what is deprecated is a finding of the caller's. */
function headOf(declaration: Declaration, body: Block, textOf: TextOf): string {
  const end = body.span.start;
  const attributes = declaration.attributes.map(({ span }: Attribute) => textOf(span)).join(" ");
  return `${attributes} ${declaration.isPublic ? "pub " : ""}${textOf({ start: declaration.span.start, end })}`;
}
