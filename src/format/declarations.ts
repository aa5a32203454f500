import {
  attributeText,
  type Declaration,
  type EnumDeclaration,
  type EvalPackDeclaration,
  type FunctionDeclaration,
  type InterfaceDeclaration,
  type Name,
  type Parameter,
  quotePlain,
  type ToolDeclaration,
  type TypeExpression,
  typeParametersText,
  whereText,
} from "../syntax/index.ts";
import { type Span, unreachable } from "../text/index.ts";
import { layoutBlock, statementItems } from "./bodies.ts";
import { layoutParameter } from "./closures.ts";
import { type CommaSequence, layoutSequence } from "./comma-sequence.ts";
import { commentBlock } from "./comment-text.ts";
import { type Fragment, fragment, indentOf, join, joinAll, lineAt } from "./fragment.ts";
import { importText } from "./imports.ts";
import type { Layout } from "./layout.ts";
import { type LineItem, layoutBraced, layoutLines } from "./line-list.ts";
import { annotationText, returnsText, typeText, wrappedType } from "./types.ts";

export function layoutDeclaration(l: Layout, declaration: Declaration, level: number): Fragment {
  const head = layoutAttributes(l, declaration, level);
  return join(head, declaration.isPublic ? "pub " : "", layoutKind(l, declaration, level));
}

/** Each attribute on a line of its own, with the comments below it. */
function layoutAttributes(l: Layout, declaration: Declaration, level: number): Fragment {
  const { attributes } = declaration;
  const pieces: (string | Fragment)[] = [];
  attributes.forEach((attribute, index) => {
    const below = attributes[index + 1]?.span.start ?? keywordStart(declaration);
    const comments = l.comments.claim(attribute.span.end, below);
    pieces.push(attributeText(attribute), commentBlock(comments, level, l.options.lineWidth), lineAt(level));
  });
  return joinAll(pieces);
}

/** Comments before the name stand between the attributes and the declaration, or as good as. */
function keywordStart(declaration: Declaration): number {
  switch (declaration.kind) {
    case "import":
      return declaration.pathSpan.start;
    case "impl":
      return declaration.target.span.start;
    default:
      return declaration.name.span.start;
  }
}

function layoutKind(l: Layout, declaration: Declaration, level: number): Fragment {
  switch (declaration.kind) {
    case "import":
      return fragment(importText(declaration, level, l.options.lineWidth));
    case "pipeline": {
      const { name, params, returns, body, isPublic } = declaration;
      const parent = declaration.extends ? ` extends ${declaration.extends.text}` : "";
      const head = `pipeline ${name.text}`;
      const list = layoutNames(l, params, namesRegion(name, body.span), visibility(isPublic) + 9 + width(name), level);
      return join(head, list, `${returnsText(returns)}${parent} `, layoutBlock(l, body, level));
    }
    case "override": {
      const { name, params, body, isPublic } = declaration;
      const list = layoutNames(l, params, namesRegion(name, body.span), visibility(isPublic) + 9 + width(name), level);
      return join(`override ${name.text}`, list, " ", layoutBlock(l, body, level));
    }
    case "function":
      return layoutFunction(l, declaration, level);
    case "tool":
      return layoutTool(l, declaration, level);
    case "skill": {
      const items = declaration.fields.map(({ key, value, span }): LineItem => {
        return { span, render: (inner) => join(`${key.text} `, l.parts.expression(l, value, inner)) };
      });
      return layoutMembers(l, `skill ${declaration.name.text} `, items, declaration.name, declaration.span, level);
    }
    case "eval-pack":
      return layoutEvalPack(l, declaration, level);
    case "type": {
      const head = `type ${declaration.name.text}${typeParametersText(declaration.typeParameters)} = `;
      return join(head, wrappedType(declaration.type, level, head, l.options.lineWidth));
    }
    case "enum":
      return layoutEnum(l, declaration, level);
    case "struct": {
      const { name, typeParameters, fields } = declaration;
      const items = fields.map(({ name: field, isOptional, type, span }): LineItem => {
        return { span, render: () => fragment(`${field.text}${isOptional ? "?" : ""}${annotationText(type)}`) };
      });
      return layoutMembers(
        l,
        `struct ${name.text}${typeParametersText(typeParameters)} `,
        items,
        typeParameters[typeParameters.length - 1] ?? name,
        declaration.span,
        level,
      );
    }
    case "impl": {
      const items = declaration.methods.map((method): LineItem => {
        return { span: method.span, render: (inner) => layoutDeclaration(l, method, inner) };
      });
      const { target, span } = declaration;
      return layoutMembers(l, `impl ${target.text} `, items, target, span, level);
    }
    case "interface":
      return layoutInterface(l, declaration, level);
    default:
      return unreachable(declaration);
  }
}

function visibility(isPublic: boolean): number {
  return isPublic ? 4 : 0;
}

function width({ text }: Name): number {
  return fragment(text).bytes + 1;
}

type Spanned = { readonly span: Span };

/** `head {`, members on lines of their own, `}`. `last` is what stands before the brace. */
function layoutMembers(
  l: Layout,
  head: string,
  items: readonly LineItem[],
  last: Spanned,
  span: Span,
  level: number,
): Fragment {
  return join(head, layoutBraced(l, items, { start: last.span.end, end: span.end - 1 }, level, "gap"));
}

// ---------------------------------------------------------------- parameters

function namesRegion(name: Name, body: Span): Span {
  return { start: name.span.end, end: body.start };
}

function layoutNames(l: Layout, items: readonly Name[], region: Span, prefix: number, level: number): Fragment {
  const render = ({ text }: Name): Fragment => fragment(text);
  const total = indentOf(level).length + prefix;
  return layoutSequence(
    l,
    { open: "(", close: ")", items, region: upToClose(l, items, region), prefix: total, render },
    level,
  );
}

function layoutParameters(
  l: Layout,
  items: readonly Parameter[],
  region: Span,
  prefix: number,
  level: number,
): Fragment {
  const sequence: CommaSequence<Parameter> = {
    open: "(",
    close: ")",
    items,
    region: upToClose(l, items, region),
    prefix: indentOf(level).length + prefix,
    render: (item, inner) => layoutParameter(l, item, inner),
    refusesComma: ({ isRest }) => isRest,
  };
  return layoutSequence(l, sequence, level);
}

/** The tree does not say where the closing parenthesis stands: it is the first one after the last item that is in no comment. */
function upToClose(l: Layout, items: readonly Spanned[], { start, end }: Span): Span {
  let at = items[items.length - 1]?.span.end ?? start;
  for (const { span } of l.comments.within(at, end)) {
    const close = l.text.slice(at, span.start).indexOf(")");
    if (close !== -1) return { start, end: at + close };
    at = span.end;
  }
  const close = l.text.indexOf(")", at);
  return { start, end: close === -1 ? end : Math.min(close, end) };
}

// ---------------------------------------------------------------- functions and tools

function layoutFunction(l: Layout, declaration: FunctionDeclaration, level: number): Fragment {
  const { name, isStream, typeParameters, params, returns, where, body, isPublic } = declaration;
  const generics = typeParametersText(typeParameters);
  const prefix = visibility(isPublic) + (isStream ? 7 : 3) + width(name) + fragment(generics).bytes;
  const region = { start: (typeParameters[typeParameters.length - 1] ?? name).span.end, end: body.span.start };
  const list = layoutParameters(l, params, region, prefix, level);
  const tail = `${returnsText(returns)}${whereText(where)} `;
  return join(`${isStream ? "gen " : ""}fn ${name.text}${generics}`, list, tail, layoutBlock(l, body, level));
}

function layoutTool(l: Layout, declaration: ToolDeclaration, level: number): Fragment {
  const { name, params, returns, description, body, isPublic, span } = declaration;
  const prefix = visibility(isPublic) + 5 + width(name);
  const region = upToClose(l, params, { start: name.span.end, end: span.end });
  const list = layoutParameters(l, params, region, prefix, level);
  const inside = { start: (returns ?? { span: region }).span.end, end: span.end - 1 };
  return join(
    `tool ${name.text}`,
    list,
    `${returnsText(returns)} {`,
    description === undefined ? "" : join(lineAt(level + 1), `description ${quotePlain(description)}`),
    layoutLines(l, statementItems(l, body.statements), inside, level + 1, "line"),
    lineAt(level),
    "}",
  );
}

// ---------------------------------------------------------------- enums, interfaces, packs

function layoutEnum(l: Layout, { name, typeParameters, variants, span }: EnumDeclaration, level: number): Fragment {
  const items = variants.map(({ name: variant, fields, span: whole }): LineItem => {
    const region = { start: variant.span.end, end: whole.end };
    const render = (inner: number): Fragment =>
      fields.length === 0
        ? fragment(variant.text)
        : join(variant.text, layoutParameters(l, fields, region, width(variant), inner));
    return { span: whole, render };
  });
  const head = `enum ${name.text}${typeParametersText(typeParameters)} `;
  return layoutMembers(l, head, items, typeParameters[typeParameters.length - 1] ?? name, span, level);
}

function layoutInterface(l: Layout, declaration: InterfaceDeclaration, level: number): Fragment {
  const { name, typeParameters, associatedTypes, methods, span } = declaration;
  const types = associatedTypes.map(({ name: associated, fallback, span: whole }): LineItem => {
    const text = `type ${associated.text}${fallback ? ` = ${typeText(fallback)}` : ""}`;
    return { span: whole, render: () => fragment(text) };
  });
  const signatures = methods.map(
    ({ name: method, typeParameters: generics, params, returns, span: whole }): LineItem => {
      const head = `fn ${method.text}${typeParametersText(generics)}`;
      const region = { start: method.span.end, end: endOfParameters(returns, whole) };
      const prefix = fragment(head).bytes + 1;
      const render = (inner: number): Fragment =>
        join(head, layoutParameters(l, params, region, prefix, inner), returnsText(returns));
      return { span: whole, render };
    },
  );
  const head = `interface ${name.text}${typeParametersText(typeParameters)} `;
  const last = typeParameters[typeParameters.length - 1] ?? name;
  return layoutMembers(l, head, [...types, ...signatures], last, span, level);
}

function endOfParameters(returns: TypeExpression | undefined, span: Span): number {
  return returns?.span.start ?? span.end;
}

function layoutEvalPack(l: Layout, declaration: EvalPackDeclaration, level: number): Fragment {
  const { name, id, fields, body, summarize, span } = declaration;
  const items = fields.map(({ key, value, span: whole }): LineItem => {
    return { span: whole, render: (inner) => join(`${key.text}: `, l.parts.expression(l, value, inner)) };
  });
  items.push(...statementItems(l, body));
  if (summarize) {
    items.push({ span: summarize.span, render: (inner) => join("summarize ", layoutBlock(l, summarize, inner)) });
  }
  const head = `eval_pack ${name.text}${id === undefined || id === name.text ? "" : ` ${quotePlain(id)}`} `;
  return layoutMembers(l, head, items, name, span, level);
}
