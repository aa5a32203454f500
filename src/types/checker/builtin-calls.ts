import type { Builtin } from "../../builtin/index.ts";
import { diagnose } from "../../diagnostics/index.ts";
import type { Expression } from "../../syntax/index.ts";
import { wrongBuiltinArity } from "../diagnostics.ts";
import { parameterOfSpec, resultOfSpec } from "../model/from-spec.ts";
import { printType } from "../model/print.ts";
import type { Type } from "../model/type.ts";
import { withNil, withoutNil } from "../model/union.ts";
import { arityOf } from "../symbols/signature.ts";
import type { Checker } from "./context.ts";
import { expectType } from "./mismatch.ts";
import { checkLoopOptions, checkModelOptions, checkOptions, isForOptions } from "./options.ts";
import type { CallSite } from "./signatures.ts";

/** What a call of the library says, by the declaration that the machine runs. */
export interface BuiltinSignature {
  readonly params: readonly { readonly name: string; readonly expected: Type }[];
  readonly rest: Type | undefined;
  readonly least: number;
  readonly most: number;
  readonly returns: Type;
}

/** Made once per builtin: a program asks for few of them, and for those often. */
const signatures = new WeakMap<Builtin, BuiltinSignature>();

export function builtinSignature(builtin: Builtin): BuiltinSignature {
  const known = signatures.get(builtin);
  if (known !== undefined) return known;
  const { least, most } = arityOf(
    builtin.params.map(({ mode }) => ({ isOptional: mode === "optional", isRest: mode === "rest" })),
  );
  const last = builtin.params.at(-1);
  const signature: BuiltinSignature = {
    params: builtin.params
      .filter(({ mode }) => mode !== "rest")
      .map(({ name, type, mode }) => {
        const declared = parameterOfSpec(type);
        return { name, expected: mode === "optional" ? withNil(declared) : declared };
      }),
    rest: last?.mode === "rest" ? parameterOfSpec(last.type) : undefined,
    least,
    most,
    returns: resultOfSpec(builtin.returns),
  };
  signatures.set(builtin, signature);
  return signature;
}

/** Count and types of the arguments. Lenient builtins take what they are given, so only their count is told. */
export function checkBuiltinArguments(c: Checker, builtin: Builtin, site: CallSite): void {
  const { params, rest, least, most } = builtinSignature(builtin);
  const given = site.values.length;
  if (!site.isOpen && (given < least || given > most)) {
    c.report(diagnose(wrongBuiltinArity, c.source, site.span, { name: builtin.name, least, most, given }));
  }
  if (builtin.isLenient) return;
  const restName = builtin.params.at(-1)?.name ?? "";
  for (const [index, { value, type }] of site.values.entries()) {
    const param = params[index];
    const expected = param?.expected ?? rest;
    if (expected === undefined || expected.kind === "any") continue;
    const context = `argument ${index + 1} \`${param?.name ?? restName}\``;
    const fits = expectType(c, value, type, {
      kind: "argument",
      context,
      expected,
      ...(c.isTrial && { severity: "warning" }),
    });
    if (fits && param !== undefined) checkBuiltinOptions(c, builtin, value, param.name, context, expected);
  }
}

function checkBuiltinOptions(
  c: Checker,
  builtin: Builtin,
  value: Expression,
  name: string,
  context: string,
  expected: Type,
): void {
  if (value.kind !== "dict" || !isForOptions(name, expected)) return;
  if (printType(withoutNil(expected)) === modelOptions) {
    checkModelOptions(c, builtin.name, value, modelOptions);
  } else if (builtin.name === loopBuiltin) {
    checkLoopOptions(c, builtin.name, value);
  } else if (!c.isTrial) checkOptions(c, value, context, expected);
}

const modelOptions = "LlmCallOptions";
const loopBuiltin = "agent_loop";
