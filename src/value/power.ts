import type { Int } from "./value.ts";

/** Powers of floats. */

/** By repeated squaring, rounding noise included: `10.0 ** 100` shows what programs have always printed. */
export function powerByInt(base: number, exponent: Int): number {
  // Beyond 32 bits only an exponent's sign and parity are left to see.
  if (typeof exponent === "bigint" || Math.abs(exponent) > 0x7fff_ffff) return base ** Number(exponent);
  let result = 1;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}

/**
 * Engines miss the nearest float in the last digit now and then. For `1.5`, `2.5` and other small half-integers, by far
 * the commonest exponents that are no ints, a root and a few products at twice the precision give it.
 */
export function powerFloats(base: number, exponent: number): number {
  const power = base ** exponent;
  const whole = exponent - 0.5;
  const isOrdinary = base > 0 && power > 1e-250 && power < 1e250 && base > 1e-100 && base < 1e100;
  return isOrdinary && Number.isInteger(whole) && whole >= 0 && whole <= 16 ? halfPower(base, whole) : power;
}

/** A number as an unevaluated sum: a float, and what rounding it lost. */
type Double = readonly [high: number, low: number];

/** `base ** (whole + 0.5)`. */
function halfPower(base: number, whole: number): number {
  const root = Math.sqrt(base);
  const [square, lost] = product(root, root);
  let result: Double = [root, (base - square - lost) / (2 * root)];
  for (let count = 0; count < whole; count++) result = scaled(result, base);
  return result[0] + result[1];
}

function scaled([high, low]: Double, factor: number): Double {
  const [main, lost] = product(high, factor);
  const rest = lost + low * factor;
  const sum = main + rest;
  return [sum, rest - (sum - main)];
}

/** The exact product, by halves of 26 bits. */
function product(a: number, b: number): Double {
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  const main = a * b;
  return [main, aLow * bLow - (main - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

function halves(a: number): Double {
  const shifted = 134217729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}
