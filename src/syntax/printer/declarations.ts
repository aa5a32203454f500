import { unreachable } from "../../text/index.ts";
import type {
  Declaration,
  EnumVariant,
  EvalPackDeclaration,
  FunctionDeclaration,
  ImportDeclaration,
  InterfaceDeclaration,
  Name,
  ToolDeclaration,
} from "../ast.ts";
import { attributeText } from "./attributes.ts";
import { printParameters } from "./expressions.ts";
import { quotePlain } from "./literals.ts";
import { annotationText, returnsText, typeParametersText, typeText, whereText } from "./types.ts";
import type { Writer } from "./writer.ts";

export function printDeclaration(w: Writer, declaration: Declaration): void {
  printHead(w, declaration);
  switch (declaration.kind) {
    case "import":
      return printImport(w, declaration);
    case "pipeline": {
      const parent = declaration.extends ? ` extends ${declaration.extends.text}` : "";
      w.write(
        `pipeline ${declaration.name.text}(${namesText(declaration.params)})${returnsText(declaration.returns)}${parent} `,
      );
      return w.parts.block(w, declaration.body);
    }
    case "override":
      w.write(`override ${declaration.name.text}(${namesText(declaration.params)}) `);
      return w.parts.block(w, declaration.body);
    case "function":
      return printFunction(w, declaration);
    case "tool":
      return printTool(w, declaration);
    case "skill":
      w.write(`skill ${declaration.name.text} `);
      return w.braced(declaration.fields, ({ key, value }) => {
        w.write(`${key.text} `);
        w.parts.expression(w, value);
      });
    case "eval-pack":
      return printEvalPack(w, declaration);
    case "type":
      return w.write(
        `type ${declaration.name.text}${typeParametersText(declaration.typeParameters)} = ${typeText(declaration.type)}`,
      );
    case "enum":
      w.write(`enum ${declaration.name.text}${typeParametersText(declaration.typeParameters)} `);
      return w.braced(declaration.variants, (variant) => printVariant(w, variant));
    case "struct":
      w.write(`struct ${declaration.name.text}${typeParametersText(declaration.typeParameters)} `);
      return w.braced(declaration.fields, ({ name, isOptional, type }) =>
        w.write(`${name.text}${isOptional ? "?" : ""}${annotationText(type)}`),
      );
    case "impl":
      w.write(`impl ${declaration.target.text} `);
      return w.braced(declaration.methods, (method) => printDeclaration(w, method));
    case "interface":
      return printInterface(w, declaration);
    default:
      return unreachable(declaration);
  }
}

/** The doc comment, the attributes and `pub`. */
function printHead(w: Writer, { doc, attributes, isPublic }: Declaration): void {
  for (const line of doc?.split("\n") ?? []) {
    w.write(line === "" ? "///" : `/// ${line}`);
    w.line();
  }
  for (const attribute of attributes) {
    w.write(attributeText(attribute));
    w.line();
  }
  if (isPublic) w.write("pub ");
}

function namesText(names: readonly Name[]): string {
  return names.map((name) => name.text).join(", ");
}

function printImport(w: Writer, { path, names, form }: ImportDeclaration): void {
  if (form === "path") return w.write(`import ${path.split("/").join("::")}::{${namesText(names ?? [])}}`);
  w.write(names ? `import { ${namesText(names)} } from ${quotePlain(path)}` : `import ${quotePlain(path)}`);
}

function printFunction(w: Writer, declaration: FunctionDeclaration): void {
  const { isStream, name, typeParameters, params, returns, where, body } = declaration;
  w.write(`${isStream ? "gen fn" : "fn"} ${name.text}${typeParametersText(typeParameters)}(`);
  printParameters(w, params);
  w.write(`)${returnsText(returns)}${whereText(where)} `);
  w.parts.block(w, body);
}

function printTool(w: Writer, { name, params, returns, description, body }: ToolDeclaration): void {
  w.write(`tool ${name.text}(`);
  printParameters(w, params);
  w.write(`)${returnsText(returns)} {`);
  w.indented(() => {
    if (description !== undefined) {
      w.line();
      w.write(`description ${quotePlain(description)}`);
    }
    w.parts.statements(w, body);
  });
  w.line();
  w.write("}");
}

function printEvalPack(w: Writer, { name, id, fields, body, summarize }: EvalPackDeclaration): void {
  w.write(`eval_pack ${name.text}${id === undefined ? "" : ` ${quotePlain(id)}`} {`);
  w.indented(() => {
    for (const { key, value } of fields) {
      w.line();
      w.write(`${key.text}: `);
      w.parts.expression(w, value);
    }
    w.parts.statements(w, { span: { start: 0, end: 0 }, statements: body });
    if (summarize) {
      w.line();
      w.write("summarize ");
      w.parts.block(w, summarize);
    }
  });
  w.line();
  w.write("}");
}

function printVariant(w: Writer, { name, fields }: EnumVariant): void {
  w.write(name.text);
  if (fields.length === 0) return;
  w.write("(");
  printParameters(w, fields);
  w.write(")");
}

function printInterface(w: Writer, declaration: InterfaceDeclaration): void {
  const { name, typeParameters, associatedTypes, methods } = declaration;
  const lines: (() => void)[] = [];
  for (const { name: associated, fallback } of associatedTypes) {
    lines.push(() => w.write(`type ${associated.text}${fallback ? ` = ${typeText(fallback)}` : ""}`));
  }
  for (const method of methods) {
    lines.push(() => {
      w.write(`fn ${method.name.text}${typeParametersText(method.typeParameters)}(`);
      printParameters(w, method.params);
      w.write(`)${returnsText(method.returns)}`);
    });
  }
  w.write(`interface ${name.text}${typeParametersText(typeParameters)} `);
  w.braced(lines, (print) => print());
}
