import { compareText } from "./text-order.ts";
import type { Value } from "./value.ts";

/**
 * The one comparison behind `<`, `sort`, `min` and `max`: negative, zero or positive. Numbers compare by value, strings by
 * code point, pairs part by part; everything else, and NaN, counts as equal.
 */
export function compare(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return order(a, b);
  if (typeof a === "string") return typeof b === "string" ? compareText(a, b) : 0;
  if (isPair(a)) return isPair(b) ? compare(a.first, b.first) || compare(a.second, b.second) : 0;
  const left = numeric(a);
  const right = numeric(b);
  if (left === undefined || right === undefined) return 0;
  // Two ints compare exactly; an int meets a float as a float, as it does in arithmetic.
  return isIntLike(a) && isIntLike(b) ? order(left, right) : order(Number(left), Number(right));
}

type Pair = Value & { readonly kind: "pair" };

function isPair(value: Value): value is Pair {
  return typeof value === "object" && value !== null && value.kind === "pair";
}

function isIntLike(value: Value): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function numeric(value: Value): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return typeof value === "object" && value !== null && value.kind === "float" ? value.value : undefined;
}

function order(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
