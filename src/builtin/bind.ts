import { describeType, type TypeSpec } from "../bytecode/index.ts";
import { arityFault, isInt, type Raise, typeError, type Value } from "../value/index.ts";
import { typeName } from "../value/kind.ts";
import { conforms } from "./check.ts";
import type { CallContext } from "./context.ts";
import type { EffectBoundary } from "./effects.ts";
import type { Outcome } from "./outcome.ts";
import type { Builtin, Intrinsic, Param } from "./shape.ts";

/** A builtin as the machine calls it: arity and types checked, effects guarded, arguments positional. */
export interface NativeFunction {
  (context: CallContext, ...args: Value[]): Outcome;
  /** Only where no boundary stands between. */
  intrinsic?: Intrinsic;
}

export function bindBuiltin(builtin: Builtin, boundary: EffectBoundary): NativeFunction {
  const checked = bindChecks(builtin);
  if (!boundary.guards(builtin)) {
    if (builtin.intrinsic === undefined) return checked;
    const native: NativeFunction = (context, ...args) => checked(context, ...args);
    native.intrinsic = builtin.intrinsic;
    return native;
  }
  return (context, ...args) => boundary.perform(context, builtin, args, () => checked(context, ...args));
}

/**
 * One function per arity, so that a call allocates nothing. Nil stands for an absent optional argument
 * (language-semantics §6.2) and reaches `run` as `undefined`.
 */
function bindChecks(builtin: Builtin): NativeFunction {
  const { params, name } = builtin;
  const run = builtin.run as (context: CallContext, ...args: (Value | undefined)[]) => Outcome;
  if (builtin.isLenient) return run;
  if (params.some((param) => param.mode === "rest")) return bindVariadic(builtin, run);
  const checks = params.map((param) => checkerOf(builtin, param));
  const required = params.filter((param) => param.mode === "required").length;
  const [first, second, third] = checks;
  const max = params.length;
  const arity = (given: number): void => {
    if (given < required || given > max) throw arityError(name, required, max, given);
  };
  switch (max) {
    case 0:
      return (context, ...args) => {
        if (args.length > 0) arity(args.length);
        return run(context);
      };
    // No rest parameter in the commonest two: it would be an array for every call.
    case 1:
      return function (context, a) {
        // biome-ignore lint/complexity/noArguments: only their number is asked for
        const given = arguments.length - 1;
        if (given !== 1 || a === undefined) arity(a === undefined ? 0 : given);
        return run(context, first?.(a as Value));
      };
    case 2:
      return function (context, a, b) {
        // biome-ignore lint/complexity/noArguments: only their number is asked for
        const given = arguments.length - 1;
        if (given !== 2 || b === undefined) arity(a === undefined ? 0 : b === undefined ? 1 : given);
        return run(context, first?.(a as Value), second?.(b as Value));
      };
    case 3:
      return (context, a, b, c, ...more) => {
        if (more.length > 0 || given3(a, b, c) < required) arity(count(given3(a, b, c), more));
        return run(context, first?.(a as Value), second?.(b as Value), third?.(c as Value));
      };
    default:
      return (context, ...args) => {
        arity(args.length);
        return run(context, ...checks.map((check, index) => check(args[index] as Value)));
      };
  }
}

function count(given: number, more: readonly unknown[]): number {
  return given + more.length;
}

function given3(a: Value | undefined, b: Value | undefined, c: Value | undefined): number {
  return a === undefined ? 0 : b === undefined ? 1 : c === undefined ? 2 : 3;
}

function bindVariadic(
  builtin: Builtin,
  run: (context: CallContext, ...args: (Value | undefined)[]) => Outcome,
): NativeFunction {
  const required = builtin.params.filter((param) => param.mode === "required").length;
  const fixed = builtin.params.length - 1;
  const checks = builtin.params.map((param) => checkerOf(builtin, param));
  const checkRest = checks[fixed] as Check;
  return (context, ...args) => {
    if (args.length < required) throw arityError(builtin.name, required, Number.POSITIVE_INFINITY, args.length);
    const bound: (Value | undefined)[] = [];
    for (let index = 0; index < Math.max(args.length, fixed); index++)
      bound.push((checks[index] ?? checkRest)(args[index] as Value));
    return run(context, ...bound);
  };
}

type Check = (value: Value | undefined) => Value | undefined;

function checkerOf(builtin: Builtin, param: Param<unknown>): Check {
  const accepts = acceptor(param.type);
  const optional = param.mode === "optional";
  return (value) => {
    if (value === undefined || (optional && value === null)) return undefined;
    if (accepts(value)) return value;
    throw parameterError(builtin.name, param, value);
  };
}

/**
 * Stricter than parameters of programs: an int is no float, a struct no dict. `run` may rely on the class that its type
 * promises.
 */
function acceptor(spec: TypeSpec): (value: Value) => boolean {
  switch (spec.kind) {
    case "any":
      return () => true;
    case "named":
      return namedAcceptor(spec.name);
    case "union": {
      const members = spec.members.map(acceptor);
      return (value) => members.some((accepts) => accepts(value));
    }
    case "interface":
      return () => false;
    case "dict":
      return (value) => typeName(value) === "dict" && conforms(value, spec);
    default:
      return (value) => conforms(value, spec);
  }
}

function namedAcceptor(name: string): (value: Value) => boolean {
  switch (name) {
    case "string":
      return (value) => typeof value === "string";
    case "int":
      return isInt;
    case "closure":
      return (value) => typeName(value) === "closure" || typeName(value) === "builtin";
    case "Generator":
      return (value) => typeName(value) === "generator";
    default:
      return (value) => typeName(value) === name;
  }
}

function parameterError(name: string, param: Param<unknown>, value: Value): Raise {
  return typeError(
    `'${name}' parameter \`${param.name}\` expects ${describeType(param.type, " | ")}, got ${typeName(value)}`,
  );
}

/** `Arity mismatch: 'f' expects 2 arguments, got 1` and its two variants (language-semantics §6.1). */
export function arityError(name: string, required: number, max: number, given: number): Raise {
  const wanted =
    max === required
      ? `${required}`
      : max === Number.POSITIVE_INFINITY
        ? `at least ${required}`
        : `${required}..=${max}`;
  const noun = wanted === "1" || wanted === "at least 1" ? "argument" : "arguments";
  return arityFault(`'${name}' expects ${wanted} ${noun}, got ${given}`);
}
