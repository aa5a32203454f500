/** Literals as source text. */

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
};

/** Text for between the quotes of a `"…"`. */
export function escapePlain(text: string): string {
  return text.replace(/[\\"\n\r\t\0]|\$(?=\{)/g, (character) => escapes[character] ?? `\\${character}`);
}

export function escapeTriple(text: string): string {
  return text.replaceAll("${", "\\${");
}

export function quotePlain(text: string): string {
  return `"${escapePlain(text)}"`;
}

/** Decimal digits around a point, without an exponent: the only way to write a float. */
export function floatText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return `1${"0".repeat(309)}.0`;
  const [mantissa = "0", exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa.includes(".") ? mantissa : `${mantissa}.0`;
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent);
  if (shift < 0) return `0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return `${whole}${fraction.padEnd(shift, "0")}.0`;
}

const units: readonly (readonly [string, number])[] = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** In the largest unit that divides it. */
export function durationText(milliseconds: number): string {
  const unit = milliseconds === 0 ? undefined : units.find(([, size]) => milliseconds % size === 0);
  return unit ? `${milliseconds / unit[1]}${unit[0]}` : `${milliseconds}ms`;
}

/** A key needs quotes only where it does not look like a name. */
export function keyText(text: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : quotePlain(text);
}
