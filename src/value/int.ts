import type { Int } from "./value.ts";

/** Arithmetic of 64-bit ints: a `number` while safe, a `bigint` beyond, wrapping at 64 bits. */

/** The int of that value modulo 2^64. */
export function wrapInt(value: bigint): Int {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= -0x1f_ffff_ffff_ffffn && wrapped <= 0x1f_ffff_ffff_ffffn ? Number(wrapped) : wrapped;
}

/** The int of an integral float, saturated at the bounds of 64 bits; NaN is 0. */
export function intFromFloat(value: number): Int {
  if (Number.isNaN(value)) return 0;
  const whole = Math.trunc(value) + 0;
  if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole;
  if (whole >= 2 ** 63) return maxInt;
  if (whole <= -(2 ** 63)) return minInt;
  return wrapInt(BigInt(whole));
}

export const maxInt = 0x7fff_ffff_ffff_ffffn;
export const minInt = -0x8000_0000_0000_0000n;

export function addInts(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return wrapInt(BigInt(a) + BigInt(b));
}

export function subtractInts(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return wrapInt(BigInt(a) - BigInt(b));
}

export function multiplyInts(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // A product of 0 may be -0.
    if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
  }
  return wrapInt(BigInt(a) * BigInt(b));
}

/** Truncates toward zero. The divisor is not zero. */
export function divideInts(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) || 0;
  return wrapInt(BigInt(a) / BigInt(b));
}

/** Takes the dividend's sign. The divisor is not zero. */
export function remainderInts(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") return a % b || 0;
  return wrapInt(BigInt(a) % BigInt(b));
}

export function negateInt(a: Int): Int {
  return typeof a === "number" ? 0 - a : wrapInt(-a);
}

/** `base ** exponent` for an exponent that is not negative, wrapping. */
export function powerInts(base: Int, exponent: Int): Int {
  if (typeof base === "number" && typeof exponent === "number") {
    const power = base ** exponent;
    if (Number.isSafeInteger(power)) return power === 0 ? 0 : power;
  }
  let result = 1n;
  let square = BigInt.asIntN(64, BigInt(base));
  for (let rest = BigInt(exponent); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return wrapInt(result);
}
