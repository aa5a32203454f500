import type { Attribute, AttributeArgument, AttributeValue, FunctionDeclaration, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { emitBuiltin } from "./calls.ts";
import { FunctionBuilder } from "./function-builder.ts";
import {
  type CompiledFunction,
  compileFunction,
  declareParams,
  emitClosure,
  type FunctionSource,
  functionSource,
} from "./functions.ts";
import type { ModuleBuilder } from "./module-builder.ts";

/** Attributes that a running program knows of; the others speak to the checker, the linter and the test runner. */
const kept: ReadonlySet<string> = new Set([
  "acp_tool",
  "acp_skill",
  "step",
  "persona",
  "trigger",
  "handoff",
  "budget",
  "invariant",
  "deterministic",
  "semantic",
  "archivist",
  "retroactive",
]);

/** Functions whose calls are told to the runtime: a step may have hooks, a persona is who a step works for. */
const bounded: ReadonlySet<string> = new Set(["step", "persona"]);

/** Compile errors where a checker's warning would leave a program that does something else than it says. */
const functionsOnly: ReadonlySet<string> = new Set(["acp_tool", "acp_skill"]);

/** What `@acp_tool` and `@acp_skill` register has to be a function. */
export function reportMisplacedAttributes(builder: ModuleBuilder, item: Statement): void {
  if (!("attributes" in item) || item.kind === "function") return;
  for (const { name, span } of item.attributes) {
    if (!functionsOnly.has(name.text)) continue;
    builder.reportProblem(`@${name.text} can only be applied to function declarations`, span);
  }
}

/** A declared function. One that is a step or a persona is called through the runtime, which is told when it begins and ends. */
export function compileDeclared(
  module: ModuleBuilder,
  parent: FunctionBuilder | undefined,
  declaration: FunctionDeclaration,
): CompiledFunction {
  const source = functionSource(declaration);
  const isBounded = declaration.attributes.some(({ name }) => bounded.has(name.text));
  return isBounded ? compileBounded(module, parent, declaration, source) : compileFunction(module, parent, source);
}

/** The outer function takes the arguments, with their checks and fallbacks; the body is a function inside of it. */
function compileBounded(
  module: ModuleBuilder,
  parent: FunctionBuilder | undefined,
  declaration: FunctionDeclaration,
  source: FunctionSource,
): CompiledFunction {
  const { span } = declaration;
  const outer = new FunctionBuilder({
    module,
    ...(parent ? { parent } : {}),
    name: source.name,
    form: source.form,
  });
  declareParams(outer, source.params);
  const params = source.params.map(({ name, span: place }) => ({ name, isRest: false, span: place }));
  const body = outer.newRegister();
  emitClosure(outer, compileFunction(module, outer, { ...source, params }), body, span);
  const args = outer.newRegister();
  for (const index of params.keys()) outer.share(index, span);
  outer.emit("makeList", [args], span, [...params.keys()]);
  const result = outer.newRegister();
  emitBuiltin(outer, "%call_declared", result, [outer.text(declarationKey(module, declaration)), body, args], span);
  outer.emit("return", [result], span);
  const code = outer.finish({ flow: "plain", span, moduleCode: module.code });
  return { index: module.addFunction(code), code, captured: outer.captured };
}

/** Tells the runtime of a function with attributes that a running program knows of. */
export function emitDeclared(fb: FunctionBuilder, declaration: FunctionDeclaration, closure: number): void {
  const attributes = declaration.attributes.filter(({ name }) => kept.has(name.text));
  if (attributes.length === 0) return;
  const { span, name } = declaration;
  fb.withRegisters(() => {
    const rows = attributes.map((attribute) => {
      const row = fb.newRegister();
      const given = lowerArguments(fb, attribute.arguments, attribute.span);
      fb.emit("makeDict", [row], span, [fb.text("name"), fb.text(attribute.name.text), fb.text("arguments"), given]);
      return row;
    });
    const given = fb.newRegister();
    fb.emit("makeList", [given], span, rows);
    const key = fb.text(declarationKey(fb.module, declaration));
    emitBuiltin(fb, "%declare_function", fb.newRegister(), [key, fb.text(name.text), closure, given], span);
  });
}

/** Names a declaration in a program: the place is what no two of a module share. */
function declarationKey(module: ModuleBuilder, { span }: FunctionDeclaration): string {
  return `${module.source.path}:${span.start}`;
}

/** Arguments by name; those without a name under their position. */
function lowerArguments(fb: FunctionBuilder, args: Attribute["arguments"], span: Span): number {
  return lowerEntries(
    fb,
    args.map(({ name, value }: AttributeArgument, index) => ({ key: name?.text ?? String(index), value })),
    span,
  );
}

function lowerEntries(
  fb: FunctionBuilder,
  entries: readonly { readonly key: string; readonly value: AttributeValue }[],
  span: Span,
): number {
  const target = fb.newRegister();
  const operands = entries.flatMap(({ key, value }) => [fb.text(key), lowerValue(fb, value)]);
  fb.emit("makeDict", [target], span, operands);
  return target;
}

/** A bare word is text: `kind: read` says the same as `kind: "read"`. */
function lowerValue(fb: FunctionBuilder, value: AttributeValue): number {
  switch (value.kind) {
    case "string":
      return fb.text(value.value);
    case "word":
      return fb.text(value.text);
    case "int":
    case "float":
      return fb.constant(value);
    case "duration":
      return fb.constant({ kind: "duration", milliseconds: value.milliseconds });
    case "bool":
      return fb.bool(value.value);
    case "nil":
      return fb.nil();
    case "list": {
      const items = value.items.map((item) => lowerValue(fb, item));
      const target = fb.newRegister();
      fb.emit("makeList", [target], value.span, items);
      return target;
    }
    case "dict":
      return lowerEntries(
        fb,
        value.entries.map((entry) => ({ key: entry.key.text, value: entry.value })),
        value.span,
      );
    case "call": {
      const target = fb.newRegister();
      const given = lowerArguments(fb, value.arguments, value.span);
      fb.emit("makeDict", [target], value.span, [fb.text("call"), fb.text(value.callee), fb.text("arguments"), given]);
      return target;
    }
  }
}
