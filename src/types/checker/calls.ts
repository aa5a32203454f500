import { diagnose } from "../../diagnostics/index.ts";
import { type CallExpression, type Expression, type FunctionDeclaration, isReserved } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { nearestName } from "../../text/index.ts";
import {
  deprecatedCall,
  notGeneric,
  reachedUnreachable,
  typeArgumentCount,
  undefinedCall,
  wrongArity,
} from "../diagnostics.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { dynamic, generic, isDynamic, never, string, type Type } from "../model/type.ts";
import { FunctionBinding } from "../symbols/home.ts";
import { arityOf, type FunctionSignature } from "../symbols/signature.ts";
import { reportAmbient } from "./ambient.ts";
import { builtinSignature, checkBuiltinArguments } from "./builtin-calls.ts";
import type { Checker } from "./context.ts";
import { type CallSite, checkSignature } from "./signatures.ts";
import { reportPartialNarrowing } from "./unknowns.ts";

/** Distance in edits at which a call target still looks like a slip. */
const suggestionDistance = 2;

export function checkCall(c: Checker, expression: CallExpression): Type {
  const name = expression.callee.text;
  const binding = c.scope.find(name);
  const site = checkArguments(c, expression.span, expression.arguments, binding !== undefined);
  if (binding instanceof FunctionBinding) {
    const { signature, declaration } = binding;
    if (declaration !== undefined) reportDeprecated(c, declaration, expression);
    checkArity(c, signature, site);
    return checkSignature(c, signature, site, explicitArguments(c, expression, signature));
  }
  if (binding !== undefined) return dynamic;
  const symbol = c.scope.findType(name);
  if (symbol?.kind === "struct") {
    return { kind: "struct", symbol, arguments: symbol.parameters.map(() => dynamic) };
  }
  if (c.scope.knows(name)) return dynamic;
  return callBuiltin(c, expression, site);
}

/** Visits the arguments. A spread ends what is known by position. */
export function checkArguments(
  c: Checker,
  span: Span,
  given: CallExpression["arguments"],
  isForProgram = false,
): CallSite {
  const values: { readonly value: Expression; readonly type: Type }[] = [];
  let isOpen = false;
  for (const argument of given) {
    if (argument.kind === "spread") {
      c.expression(argument.value);
      isOpen = true;
    } else {
      const type = isForProgram ? c.argument(argument) : c.expression(argument);
      if (!isOpen) values.push({ value: argument, type });
    }
  }
  return { span, values, isOpen };
}

function explicitArguments(c: Checker, expression: CallExpression, signature: FunctionSignature): readonly Type[] {
  const { typeArguments, callee, span } = expression;
  if (typeArguments.length === 0) return [];
  const wanted = signature.typeParameters.length;
  if (wanted === 0) {
    c.report(diagnose(notGeneric, c.source, span, { name: callee.text, isBuiltin: false }));
    return [];
  }
  if (wanted !== typeArguments.length) {
    c.report(diagnose(typeArgumentCount, c.source, span, { name: callee.text, wanted, given: typeArguments.length }));
    return [];
  }
  return typeArguments.map((argument) => c.typeOf(argument));
}

function checkArity(c: Checker, signature: FunctionSignature, site: CallSite): void {
  const { least, most } = arityOf(signature.params);
  const given = site.values.length;
  if (site.isOpen || (given >= least && given <= most)) return;
  c.report(diagnose(wrongArity, c.source, site.span, { name: signature.name, least, most, given }));
}

function reportDeprecated(c: Checker, declaration: FunctionDeclaration, { callee, span }: CallExpression): void {
  const attribute = declaration.attributes.find((each) => each.name.text === "deprecated");
  if (attribute === undefined) return;
  const argument = (name: string) => {
    const value = attribute.arguments.find((each) => each.name?.text === name)?.value;
    return value?.kind === "string" ? value.value : undefined;
  };
  const facts = { name: declaration.name.text, since: argument("since"), use: argument("use") };
  const finding = diagnose(deprecatedCall, c.source, span, facts);
  const isKnown = facts.use !== undefined && (c.scope.knows(facts.use) || c.catalog.builtins.has(facts.use));
  c.report(isKnown ? { ...finding, fix: [{ span: callee.span, text: facts.use as string }] } : finding);
}

function callBuiltin(c: Checker, expression: CallExpression, site: CallSite): Type {
  const { callee, span } = expression;
  const builtin = c.catalog.builtins.get(callee.text);
  if (builtin === undefined) return callUnknown(c, expression, site);
  if (builtin.deprecated !== undefined && reportAmbient(c, callee, builtin.deprecated)) return dynamic;
  if (expression.typeArguments.length > 0) {
    c.report(diagnose(notGeneric, c.source, span, { name: callee.text, isBuiltin: true }));
  }
  checkBuiltinArguments(c, builtin, site);
  return special(c, callee.text, site) ?? builtinSignature(builtin).returns;
}

/** Results that follow from the arguments in a way that a declared signature does not say. */
function special(c: Checker, name: string, site: CallSite): Type | undefined {
  const [first, second] = site.values;
  switch (name) {
    case "Ok":
      return generic("Result", first?.type ?? dynamic, dynamic);
    case "Err":
      return generic("Result", dynamic, first?.type ?? dynamic);
    case "iter": {
      const source = first && resolve(first.type);
      return source?.kind === "generic" && (source.name === "list" || source.name === "iter") && source.arguments[0]
        ? generic("iter", source.arguments[0])
        : dynamic;
    }
    case "schema_of": {
      const type = first?.value.kind === "name" ? typeNamed(c, first.value.name) : undefined;
      return type === undefined ? dynamic : generic("Schema", type);
    }
    case "schema_expect":
      return schemaType(c, second) ?? dynamic;
    case "schema_parse":
    case "schema_check": {
      const type = schemaType(c, second);
      return type === undefined ? dynamic : generic("Result", type, string);
    }
    case "unreachable":
      checkUnreachable(c, site);
      return never;
    default:
      return undefined;
  }
}

/** What the schema describes: one that has a type, or a type by its name, which a call lowers to its schema. */
function schemaType(c: Checker, schema: CallSite["values"][number] | undefined): Type | undefined {
  if (schema?.value.kind === "name" && !c.scope.knows(schema.value.name)) return typeNamed(c, schema.value.name);
  const type = schema?.type;
  return type?.kind === "generic" && type.name === "Schema" ? type.arguments[0] : undefined;
}

function typeNamed(c: Checker, name: string): Type | undefined {
  const symbol = c.scope.findType(name);
  if (symbol === undefined || symbol.parameters.length > 0) return undefined;
  return { kind: symbol.kind, symbol, arguments: [] } as Type;
}

/** `unreachable(x)` claims that nothing is left of `x`; `unreachable("why")` that the place is not reached. */
function checkUnreachable(c: Checker, site: CallSite): void {
  const [first] = site.values;
  if (first === undefined || first.value.kind === "string" || first.value.kind === "interpolation") {
    reportPartialNarrowing(c, "unreachable()", site.span);
    return;
  }
  const type = resolve(first.type);
  if (isDynamic(type) || type.kind === "any" || type.kind === "never") return;
  if (type.kind === "unknown") reportPartialNarrowing(c, "unreachable()", site.span);
  else c.report(diagnose(reachedUnreachable, c.source, site.span, { type: printType(first.type) }));
}

const always: ReadonlySet<string> = new Set(["Ok", "Err", "Some", "None"]);

function callUnknown(c: Checker, expression: CallExpression, site: CallSite): Type {
  const { callee, span } = expression;
  const name = callee.text;
  if (name === "Ok" || name === "Err") return special(c, name, site) ?? dynamic;
  if (always.has(name) || name.startsWith("__") || name.startsWith("hostlib_") || !c.importsAreWhole) return dynamic;
  if (c.catalog.globals.has(name)) return dynamic;
  const nearest = suggest(c, name);
  c.undefinedCalls.push({
    name,
    finding: {
      ...diagnose(undefinedCall, c.source, span, { name, nearest }),
      // What follows a reserved word may have to look different from a call.
      ...(nearest !== undefined && !isReserved(nearest) && { fix: [{ span: callee.span, text: nearest }] }),
    },
  });
  return dynamic;
}

function suggest(c: Checker, name: string): string | undefined {
  const known = c.suggestions.get(name);
  if (known !== undefined || c.suggestions.has(name)) return known;
  // Some builtins have names that no program can write.
  const spoken = [...c.catalog.builtins.keys()].filter((each) => /^[a-z]/.test(each));
  const candidates = [...c.scope.functionNames(), ...c.scope.typeNames(), ...spoken];
  const nearest = nearestName(name, candidates, suggestionDistance);
  const replacement = nearest === undefined ? undefined : (c.catalog.builtins.get(nearest)?.deprecated ?? nearest);
  c.suggestions.set(name, replacement);
  return replacement;
}
