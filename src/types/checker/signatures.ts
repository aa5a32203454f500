import { diagnose } from "../../diagnostics/index.ts";
import type { Expression } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { conflictingInference, unmetConstraint } from "../diagnostics.ts";
import { isAssignable } from "../model/assignable.ts";
import { inferArguments } from "../model/infer.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { whyUnsatisfied } from "../model/satisfy.ts";
import { substitute } from "../model/substitute.ts";
import { dynamic, isDynamic, type Type } from "../model/type.ts";
import type { Constraint, FunctionSignature } from "../symbols/signature.ts";
import type { Checker } from "./context.ts";
import { expectType } from "./mismatch.ts";
import { checkOptions, isForOptions } from "./options.ts";

/** A call with its arguments visited. `isOpen`: a spread adds an unknown number of further ones. */
export interface CallSite {
  readonly span: Span;
  readonly values: readonly { readonly value: Expression; readonly type: Type }[];
  readonly isOpen: boolean;
}

/** Compares a call with a signature and gives the type of its result. */
export function checkSignature(
  c: Checker,
  signature: FunctionSignature,
  site: CallSite,
  explicit: readonly Type[],
): Type {
  const { typeParameters, params } = signature;
  const bindings = new Map<string, Type>();
  for (const [index, type] of explicit.entries()) bindings.set(typeParameters[index]?.name ?? "", type);
  for (const [index, { value, type }] of site.values.entries()) {
    const param = params[index];
    if (param === undefined || param.isRest) break;
    const conflict = inferArguments(param.type, type, typeParameters, bindings);
    if (conflict !== undefined) {
      const facts = {
        parameter: conflict.parameter,
        first: printType(conflict.first),
        second: printType(conflict.second),
      };
      c.report(diagnose(conflictingInference, c.source, value.span, facts));
    }
    const context = `argument ${index + 1} \`${param.name}\``;
    const expected = substitute(param.type, bindings);
    if (isForOptions(param.name, param.type)) checkOptions(c, value, context, expected);
    expectType(c, value, type, {
      kind: "argument",
      context,
      expected,
      origin: { source: signature.source, span: signature.span, text: `parameter \`${param.name}\` declared here` },
    });
  }
  for (const constraint of signature.where)
    checkConstraint(c, constraint, bindings.get(constraint.parameter), site.span);
  if (signature.returns === undefined) return dynamic;
  for (const { name } of typeParameters) if (!bindings.has(name)) bindings.set(name, dynamic);
  return substitute(signature.returns, bindings);
}

function checkConstraint(c: Checker, constraint: Constraint, bound: Type | undefined, span: Span): void {
  if (bound === undefined) return;
  const type = resolve(bound);
  if (isDynamic(type) || type.kind === "any" || type.kind === "unknown" || type.kind === "parameter") return;
  const reason = reasonAgainst(constraint, type);
  if (reason === undefined || (constraint.symbol === undefined && !c.importsAreWhole)) return;
  const facts = { type: printType(bound), bound: constraint.bound, reason, parameter: constraint.parameter };
  c.report(diagnose(unmetConstraint, c.source, span, facts));
}

function reasonAgainst(constraint: Constraint, type: Type): string | undefined {
  const { symbol, bound } = constraint;
  if (symbol?.kind !== "interface") return `interface '${bound}' not found`;
  const wanted = { kind: "interface", symbol, arguments: [] } as const;
  if (type.kind === "interface")
    return type.symbol === symbol ? undefined : `missing method(s): ${[...symbol.methods.keys()].join(", ")}`;
  return whyUnsatisfied(type, wanted, isAssignable);
}
