/**
 * A float as the reference's JSON library spells it: shortest digits, always marked as a float by a point or an exponent,
 * plain notation from 1e-5 up to below 1e16. What is not finite has no JSON spelling and becomes null.
 */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const sign = value < 0 ? "-" : "";
  const [mantissa = "", exponentText = "0"] = Math.abs(value).toExponential().split("e");
  const exponent = Number(exponentText);
  const digits = mantissa.replace(".", "");
  if (exponent < -5 || exponent >= 16) return `${sign}${mantissa}e${exponent}`;
  return sign + plainNotation(digits, exponent);
}

/** `digits` with the point after `exponent + 1` of them. */
function plainNotation(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = exponent + 1;
  if (digits.length <= whole) return `${digits.padEnd(whole, "0")}.0`;
  return `${digits.slice(0, whole)}.${digits.slice(whole)}`;
}
