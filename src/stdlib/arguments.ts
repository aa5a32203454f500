import { isInt, isObject, runtimeError, show, type Value } from "../value/index.ts";

/** Reading the arguments of methods and lenient builtins, which come unchecked. */

/** The display text of an argument; empty when it is missing. */
export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : show(value);
}

/** An int argument as a JavaScript number; `fallback` when it is missing or of another kind. */
export function countOf(value: Value | undefined, fallback: number): number {
  return isInt(value) ? Number(value) : fallback;
}

/** Whether a value can be called: a closure, a struct's constructor or a builtin. */
export function isCallable(value: Value | undefined): value is Value {
  if (!isObject(value)) return false;
  return value.kind === "closure" || value.kind === "builtin" || value.kind === "struct-type";
}

/** The most elements that one call may make out of nothing, such as a list of a range. */
export const maxElements = 50_000_000;

export function checkElements(count: number, what: string): void {
  if (count > maxElements) throw runtimeError(`${what}: ${count} elements exceed the limit of ${maxElements}`);
}
