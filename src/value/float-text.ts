/** How floats are written: never with an exponent. */

/** The shortest digits that give the same float again, positional: `0.0000001`, `1e21` as twenty-two digits. */
export function floatDigits(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const exponentAt = text.indexOf("e");
  return exponentAt < 0 ? text : expand(text.slice(0, exponentAt), Number(text.slice(exponentAt + 1)));
}

/** Display form: integral values below 1e15 keep one decimal, so that they differ from ints. */
export function showFloat(value: number): string {
  const digits = floatDigits(value);
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${digits}.0` : digits;
}

/**
 * A finite float as data formats write it, always to be told from an int: `2.0`, and with an exponent where a person would
 * count zeros, `1e16`, `1e-6`.
 */
export function scientificDigits(value: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const scale = Number(exponent);
  if (value !== 0 && (scale >= 16 || scale < -5)) return `${mantissa}e${scale}`;
  const digits = floatDigits(value);
  return digits.includes(".") ? digits : `${digits}.0`;
}

function expand(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.slice(sign.length).split(".");
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}
