import type { Source, Span } from "../../text/index.ts";
import type { ParameterType, Type } from "../model/type.ts";
import type { TypeSymbol } from "./type-symbol.ts";

/** What a caller may know of a function: nothing of its body but that it yields. */
export interface FunctionSignature {
  readonly name: string;
  readonly typeParameters: readonly ParameterType[];
  readonly params: readonly SignatureParam[];
  /** Absent where nothing is declared: the result is then unknown to callers. */
  readonly returns: Type | undefined;
  readonly where: readonly Constraint[];
  /** The declaration, for messages. */
  readonly source: Source;
  readonly span: Span;
}

export interface SignatureParam {
  readonly name: string;
  readonly type: Type;
  readonly isOptional: boolean;
  readonly isRest: boolean;
}

export interface Constraint {
  readonly parameter: string;
  readonly bound: string;
  /** What the name of the bound means where the function is declared. */
  readonly symbol: TypeSymbol | undefined;
}

/** How many arguments a call may have. */
export function arityOf(params: readonly { readonly isOptional: boolean; readonly isRest: boolean }[]): {
  readonly least: number;
  readonly most: number;
} {
  const least = params.filter((param) => !param.isOptional && !param.isRest).length;
  return { least, most: params.some((param) => param.isRest) ? Number.POSITIVE_INFINITY : params.length };
}
