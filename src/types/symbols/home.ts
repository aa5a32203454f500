import type {
  FunctionDeclaration,
  ImplDeclaration,
  InterfaceMethod,
  Parameter,
  Statement,
  ToolDeclaration,
  TypeExpression,
  TypeParameter,
} from "../../syntax/index.ts";
import { any, dynamic, generic, type ParameterType, type Type } from "../model/type.ts";
import { lowerType } from "./lower.ts";
import { type Binding, Scope } from "./scope.ts";
import { arityOf, type FunctionSignature, type SignatureParam } from "./signature.ts";
import {
  AliasSymbol,
  EnumSymbol,
  type Home,
  InterfaceSymbol,
  parameterType,
  StructSymbol,
  type TypeSymbol,
} from "./type-symbol.ts";
import { yields } from "./yields.ts";

/** Lowers what is written in a scope. */
export class ScopeHome implements Home {
  readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  typeOf(expression: TypeExpression, parameters: readonly ParameterType[]): Type {
    return lowerType(expression, scopeWith(this.scope, parameters));
  }

  functionOf(declaration: FunctionDeclaration): FunctionSignature {
    const { name, params, returns, where, span } = declaration;
    return this.#signature(name.text, declaration.typeParameters, params, span, {
      outer: [],
      returns: this.#declaredResult(declaration, returns),
      where: where.map(({ parameter, bound }) => ({
        parameter: parameter.text,
        bound: bound.text,
        symbol: this.scope.findType(bound.text),
      })),
    });
  }

  /** The first parameter is the receiver, whatever its name. */
  methodOf(declaration: FunctionDeclaration, outer: readonly ParameterType[]): FunctionSignature {
    const { name, params, returns, span } = declaration;
    const result =
      returns === undefined
        ? undefined
        : this.typeOf(returns, [...outer, ...declaration.typeParameters.map(parameterType)]);
    return this.#signature(name.text, declaration.typeParameters, params.slice(1), span, {
      outer,
      returns: result,
      where: [],
    });
  }

  interfaceMethod(method: InterfaceMethod, outer: readonly ParameterType[]): FunctionSignature {
    const { name, params, returns, span } = method;
    const rest = params[0]?.name.text === "self" ? params.slice(1) : params;
    const parameters = [...outer, ...method.typeParameters.map(parameterType)];
    return this.#signature(name.text, method.typeParameters, rest, span, {
      outer,
      returns: returns && this.typeOf(returns, parameters),
      where: [],
    });
  }

  toolOf(declaration: ToolDeclaration): FunctionSignature {
    const { name, params, span } = declaration;
    return this.#signature(name.text, [], params, span, { outer: [], returns: undefined, where: [] });
  }

  #declaredResult(declaration: FunctionDeclaration, returns: TypeExpression | undefined): Type | undefined {
    if (returns !== undefined) return this.typeOf(returns, declaration.typeParameters.map(parameterType));
    if (declaration.isStream) return generic("Stream", any);
    return yields(declaration.body) ? generic("Generator", any) : undefined;
  }

  #signature(
    name: string,
    typeParameters: readonly TypeParameter[],
    params: readonly Parameter[],
    span: FunctionDeclaration["span"],
    rest: Pick<FunctionSignature, "returns" | "where"> & { readonly outer: readonly ParameterType[] },
  ): FunctionSignature {
    const { outer, ...others } = rest;
    const own = typeParameters.map(parameterType);
    const scope = scopeWith(this.scope, [...outer, ...own]);
    const { source } = scope;
    return {
      name,
      typeParameters: own,
      params: params.map((param) => lowerParam(param, scope)),
      source,
      span,
      ...others,
    };
  }
}

function lowerParam(param: Parameter, scope: Scope): SignatureParam {
  return {
    name: param.name.text,
    type: param.type === undefined ? dynamic : lowerType(param.type, scope),
    isOptional: param.fallback !== undefined,
    isRest: param.isRest,
  };
}

function scopeWith(scope: Scope, parameters: readonly ParameterType[]): Scope {
  if (parameters.length === 0) return scope;
  const inner = new Scope(scope);
  for (const parameter of parameters) inner.declareParameter(parameter);
  return inner;
}

/** A function as a value of its scope. Its signature is lowered at first use. */
export class FunctionBinding implements Binding {
  readonly name: string;
  readonly mode = "function";
  readonly span: Binding["span"];
  readonly isAnnotated = false;
  readonly isShared = true;
  awaitsType = false;
  facts: undefined;
  readonly declaration: FunctionDeclaration | undefined;
  readonly #lower: () => FunctionSignature;
  #signature: FunctionSignature | undefined;

  constructor(
    name: { readonly text: string; readonly span: Binding["span"] },
    lower: () => FunctionSignature,
    declaration?: FunctionDeclaration,
  ) {
    this.name = name.text;
    this.span = name.span;
    this.#lower = lower;
    this.declaration = declaration;
  }

  get signature(): FunctionSignature {
    this.#signature ??= this.#lower();
    return this.#signature;
  }

  get type(): Type {
    const { params, returns } = this.signature;
    return {
      kind: "function",
      params: params.map((param) => param.type),
      returns: returns ?? dynamic,
      arity: arityOf(params),
    };
  }
}

/** The types and functions of a block: each may use any other, in any order of the text. */
export function declareNames(statements: readonly Statement[], scope: Scope): void {
  const home = new ScopeHome(scope);
  for (const statement of statements) {
    const symbol = typeSymbolOf(statement, home);
    if (symbol === undefined) declareCallable(statement, scope, home);
    else scope.declareType(symbol);
  }
}

/** The methods of a block, once all types that they may belong to are known. */
export function declareImpls(statements: readonly Statement[], scope: Scope): void {
  const home = new ScopeHome(scope);
  for (const statement of statements) if (statement.kind === "impl") declareMethods(statement, scope, home);
}

function typeSymbolOf(statement: Statement, home: Home): TypeSymbol | undefined {
  switch (statement.kind) {
    case "struct":
      return new StructSymbol(statement, home);
    case "enum":
      return new EnumSymbol(statement, home);
    case "interface":
      return new InterfaceSymbol(statement, home);
    case "type":
      return new AliasSymbol(statement, home);
    default:
      return undefined;
  }
}

function declareCallable(statement: Statement, scope: Scope, home: ScopeHome): void {
  switch (statement.kind) {
    case "function":
      scope.declare(new FunctionBinding(statement.name, () => home.functionOf(statement), statement));
      break;
    case "tool":
    case "skill":
    case "eval-pack":
    case "pipeline":
    case "override":
      // Values of their own kind, whose calls the machine judges.
      scope.announce([statement.name.text]);
      break;
    default:
      break;
  }
}

function declareMethods(statement: ImplDeclaration, scope: Scope, home: ScopeHome): void {
  const symbol = scope.findType(statement.target.text);
  if (symbol?.kind !== "struct" && symbol?.kind !== "enum") return;
  for (const method of statement.methods)
    symbol.methods.set(method.name.text, home.methodOf(method, symbol.parameters));
}
