import type { FunctionCode } from "../bytecode/index.ts";
import type { Block, Expression, FunctionDeclaration, Parameter } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { lowerStatements } from "./blocks.ts";
import { type Flow, FunctionBuilder } from "./function-builder.ts";
import type { ModuleBuilder } from "./module-builder.ts";
import { lowerOwnedInto } from "./operands.ts";
import type { Binding } from "./scope.ts";
import { lowerParameterType } from "./type-lowering.ts";
import { flowOf } from "./yields.ts";

export interface FunctionSource {
  readonly name: string;
  readonly form: FunctionCode["form"];
  readonly params: readonly Parameter[];
  readonly body: Block;
  readonly span: Span;
  /** Whether the last expression is the result; a declared `fn` needs `return`. */
  readonly yieldsLast: boolean;
  /** Where it is not given, the body says. */
  readonly flow?: Flow;
}

/** Compiles a function inside `parent`, or at module level. Gives its index in the module and what it captured. */
export function compileFunction(
  module: ModuleBuilder,
  parent: FunctionBuilder | undefined,
  source: FunctionSource,
): CompiledFunction {
  const fb = new FunctionBuilder({ module, ...(parent ? { parent } : {}), name: source.name, form: source.form });
  declareParams(fb, source.params);
  lowerFunctionBody(fb, source.body, source.yieldsLast);
  const flow = source.flow ?? (module.mentionsYield ? flowOf(source.body) : "plain");
  const code = fb.finish({ flow, span: source.span, moduleCode: module.code });
  return { index: module.addFunction(code), code, captured: fb.captured };
}

export interface CompiledFunction {
  readonly index: number;
  readonly code: FunctionCode;
  readonly captured: readonly { readonly name: string; readonly source: Binding }[];
}

export function declareParams(fb: FunctionBuilder, params: readonly Parameter[]): void {
  for (const param of params) {
    const type = lowerParameterType(param, fb.module);
    fb.params.push({
      name: param.name.text,
      hasFallback: param.fallback !== undefined,
      isRest: param.isRest,
      ...(type ? { type } : {}),
    });
    const register = fb.newRegister();
    if (param.name.text !== "_") fb.scope.declare(param.name.text, { kind: "register", register, isMutable: false });
  }
  for (const [index, param] of params.entries()) lowerParameterEntry(fb, param, index);
}

function lowerParameterEntry(fb: FunctionBuilder, param: Parameter, index: number): void {
  const { fallback } = param;
  if (fallback) {
    fb.withRegisters(() => {
      const missing = fb.newRegister();
      fb.emit("isMissing", [missing, index], fallback.span);
      fb.branch(missing, fallback.span, () => lowerOwnedInto(fb, fallback, index));
    });
  }
  if (fb.params[index]?.type) fb.emit("checkParam", [index, index], param.span);
}

export function lowerFunctionBody(fb: FunctionBuilder, body: Block, yieldsLast: boolean): void {
  if (!yieldsLast) {
    lowerStatements(fb, body.statements);
    if (!fb.hasLeft) fb.emit("return", [fb.nil()], body.span);
    return;
  }
  const result = fb.newRegister();
  lowerStatements(fb, body.statements, result);
  if (!fb.hasLeft) fb.emit("return", [result], body.span);
}

/** A closure over what the function captured, into `target`. Captured collections are reachable twice from here on. */
export function emitClosure(fb: FunctionBuilder, compiled: CompiledFunction, target: number, span: Span): void {
  const registers = compiled.captured.map(({ source }) => {
    if (source.kind === "register") fb.share(source.register, span);
    return (source as Binding & { kind: "register" | "cell" }).register;
  });
  fb.emit("makeClosure", [target, compiled.index], span, registers);
}

export function lowerClosure(fb: FunctionBuilder, expression: Expression & { kind: "closure" }, target: number): void {
  const compiled = compileFunction(fb.module, fb, {
    name: "",
    form: "closure",
    params: expression.params,
    body: expression.body,
    span: expression.span,
    yieldsLast: true,
  });
  emitClosure(fb, compiled, target, expression.span);
}

/** The closure of a block that runs as a function of its own: a spawned task, a parallel branch. */
export function lowerBlockClosure(
  fb: FunctionBuilder,
  body: Block,
  params: readonly Parameter[],
  target: number,
): void {
  const compiled = compileFunction(fb.module, fb, {
    name: "",
    form: "closure",
    params,
    body,
    span: body.span,
    yieldsLast: true,
    flow: "plain",
  });
  emitClosure(fb, compiled, target, body.span);
}

export function functionSource(declaration: FunctionDeclaration, name = declaration.name.text): FunctionSource {
  return {
    name,
    form: name === declaration.name.text ? "function" : "method",
    params: declaration.params,
    body: declaration.body,
    span: declaration.span,
    yieldsLast: false,
    ...(declaration.isStream && { flow: "stream" }),
  };
}
