import { diagnose } from "../../diagnostics/index.ts";
import type {
  Block,
  ClosureExpression,
  Expression,
  FunctionDeclaration,
  ImplDeclaration,
  OverrideDeclaration,
  Parameter,
  PipelineDeclaration,
  ToolDeclaration,
} from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { endsWithoutReturn, methodsOfNoStruct, notAStream } from "../diagnostics.ts";
import { isAssignable } from "../model/assignable.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { any, closure, dynamic, generic, nil, type ParameterType, type Type } from "../model/type.ts";
import { arityOf, type Constraint } from "../symbols/signature.ts";
import { parameterType } from "../symbols/type-symbol.ts";
import { yields } from "../symbols/yields.ts";
import type { BlockResult, Checker, Enclosing } from "./context.ts";

/** The body of a named function: nothing is known in it but its parameters and what surrounds it. */
export function checkFunction(c: Checker, declaration: FunctionDeclaration): void {
  const { isStream, body, params, span } = declaration;
  const parameters = declaration.typeParameters.map(parameterType);
  const bounds = new Map<string, readonly Constraint[]>();
  for (const { parameter, bound } of declaration.where) {
    const constraint = { parameter: parameter.text, bound: bound.text, symbol: c.scope.findType(bound.text) };
    bounds.set(parameter.text, [...(bounds.get(parameter.text) ?? []), constraint]);
  }
  inBody(c, parameters, bounds, () => {
    const returns = c.typeOfResult(declaration.returns, parameters);
    if (isStream) checkStreamResult(c, declaration, returns);
    const enclosing: Partial<Enclosing> & Pick<Enclosing, "kind" | "span"> = {
      kind: isStream ? "stream" : "function",
      span,
      isInStream: isStream,
      returns: returns ?? impliedResult(isStream, body),
      emits: isStream ? elementOfStream(returns) : undefined,
      isOwned: returns?.kind === "generic" && returns.name === "owned",
    };
    c.inFunction(enclosing, () => {
      for (const parameter of parameters) c.scope.declareParameter(parameter);
      declareParams(c, params);
      checkEnd(c, declaration, returns, c.statements(body));
    });
  });
}

/** Only closures, tools and pipelines give their last value: a `fn` that ends without `return` gives nil (semantics §5). */
function checkEnd(c: Checker, declaration: FunctionDeclaration, returns: Type | undefined, end: BlockResult): void {
  if (returns === undefined || declaration.isStream || end.completion !== "completes") return;
  if (isAssignable(nil, returns) || yields(declaration.body)) return;
  const last = declaration.body.statements.at(-1);
  const facts = { name: declaration.name.text, returns: printType(returns) };
  const finding = diagnose(endsWithoutReturn, c.source, last?.span ?? declaration.name.span, facts);
  const isMeant = last?.kind === "expression" && isPlain(last.expression) && isAssignable(end.type, returns);
  c.report(isMeant ? { ...finding, fix: [{ span: startOf(last.span), text: "return " }] } : finding);
}

/** An expression that stands for its value, and not for what it does. */
function isPlain({ kind }: Expression): boolean {
  return kind !== "if" && kind !== "match" && kind !== "try" && kind !== "retry";
}

function startOf({ start }: Span): Span {
  return { start, end: start };
}

function impliedResult(isStream: boolean, body: Block): Type | undefined {
  if (isStream) return generic("Stream", any);
  return yields(body) ? generic("Generator", any) : undefined;
}

function elementOfStream(returns: Type | undefined): Type | undefined {
  const stream = returns && resolve(returns);
  return stream?.kind === "generic" && stream.name === "Stream" ? stream.arguments[0] : undefined;
}

function checkStreamResult(c: Checker, declaration: FunctionDeclaration, returns: Type | undefined): void {
  if (returns === undefined || declaration.returns === undefined) return;
  const type = resolve(returns);
  const isStream = type.kind === "generic" && type.name === "Stream";
  if (isStream || type.kind === "dynamic" || type.kind === "opaque" || type.kind === "any") return;
  c.report(diagnose(notAStream, c.source, declaration.returns.span, { found: printType(returns) }));
}

/** Facts of the surroundings are put back afterwards; those about the function's own names go with them. */
function inBody(
  c: Checker,
  parameters: readonly ParameterType[],
  bounds: ReadonlyMap<string, readonly Constraint[]>,
  run: () => void,
): void {
  const outer = { unknowns: c.unknowns, bounds: c.bounds };
  c.unknowns = [];
  if (parameters.length > 0) c.bounds = new Map([...c.bounds, ...bounds]);
  c.facts.explore(() => {
    run();
    return true;
  });
  c.unknowns = outer.unknowns;
  c.bounds = outer.bounds;
}

function declareParams(c: Checker, params: readonly Parameter[]): void {
  for (const param of params) {
    if (param.fallback) c.expression(param.fallback);
    const type = c.typeOf(param.type);
    // A rest parameter is annotated with the type of its elements, or with the list; only running tells.
    const own = param.isRest ? (type.kind === "generic" && type.name === "list" ? type : generic("list")) : type;
    c.declare(param.name, "param", own, param.type !== undefined && !param.isRest);
  }
}

export function checkImpl(c: Checker, declaration: ImplDeclaration): void {
  const target = c.scope.findType(declaration.target.text);
  if (target?.kind !== "struct" && c.importsAreWhole)
    c.report(diagnose(methodsOfNoStruct, c.source, declaration.target.span, { name: declaration.target.text }));
  const receiver: Type =
    target?.kind === "struct" ? { kind: "struct", symbol: target, arguments: target.parameters } : dynamic;
  const parameters = target?.parameters ?? [];
  for (const method of declaration.methods) {
    const own = [...parameters, ...method.typeParameters.map(parameterType)];
    inBody(c, own, new Map(), () => {
      const returns = c.typeOfResult(method.returns, own);
      c.inFunction({ kind: "method", span: method.span, returns }, () => {
        for (const parameter of own) c.scope.declareParameter(parameter);
        const [self, ...rest] = method.params;
        if (self !== undefined) c.declare(self.name, "param", self.type ? c.typeOf(self.type) : receiver);
        declareParams(c, rest);
        checkEnd(c, method, returns, c.statements(method.body));
      });
    });
  }
}

export function checkTool(c: Checker, declaration: ToolDeclaration): void {
  inBody(c, [], new Map(), () => {
    c.inFunction({ kind: "tool", span: declaration.span }, () => {
      declareParams(c, declaration.params);
      c.statements(declaration.body);
    });
  });
}

export function checkPipeline(c: Checker, declaration: PipelineDeclaration | OverrideDeclaration): void {
  inBody(c, [], new Map(), () => {
    const returns = declaration.kind === "pipeline" ? c.typeOfResult(declaration.returns, []) : undefined;
    c.inFunction({ kind: "pipeline", span: declaration.span, returns }, () => {
      for (const param of declaration.params) c.declare(param, "param", dynamic);
      c.statements(declaration.body);
    });
  });
}

/** With every parameter annotated a closure is a function type; otherwise only that it can be called is known. */
export function checkClosure(c: Checker, expression: ClosureExpression): Type {
  let result: BlockResult = { type: dynamic, completion: "completes" };
  let params: readonly Type[] = [];
  const results: Type[] = [];
  c.facts.explore(() =>
    c.inFunction({ kind: "closure", span: expression.span, isInStream: c.enclosing.isInStream, results }, () => {
      declareParams(c, expression.params);
      params = expression.params.map((param) => c.typeOf(param.type));
      result = c.statements(expression.body);
      return true;
    }),
  );
  const isTyped = params.length > 0 && expression.params.every((param) => param.type !== undefined && !param.isRest);
  if (!isTyped) return closure;
  const isPlain = results.length === 0 && result.completion === "completes" && !yields(expression.body);
  const counts = expression.params.map(({ fallback, isRest }) => ({ isOptional: fallback !== undefined, isRest }));
  return { kind: "function", params, returns: isPlain ? result.type : dynamic, arity: arityOf(counts) };
}
