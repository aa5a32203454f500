/** Number and duration literals to values. */

const largestInt = 2n ** 63n - 1n;

/** A literal beyond 64 bits has no int: the caller makes it a float. */
export function intValue(digits: string): bigint | undefined {
  if (digits.length <= 15) return BigInt(Number(digits));
  return withinInt(digits);
}

/** Looks at the length first: a thousand digits are no reason to compute with them. */
function withinInt(digits: string): bigint | undefined {
  const significant = digits.replace(/^0+(?=.)/, "");
  if (significant.length > 19) return undefined;
  const value = BigInt(significant);
  return value <= largestInt ? value : undefined;
}

const unitMilliseconds: Readonly<Record<string, bigint>> = {
  ms: 1n,
  s: 1_000n,
  m: 60_000n,
  h: 3_600_000n,
  d: 86_400_000n,
  w: 604_800_000n,
};

/** Undefined when 64 bits do not hold it. */
export function durationMilliseconds(lexeme: string): number | undefined {
  const unit = lexeme.replace(/^\d+/, "");
  const count = withinInt(lexeme.slice(0, lexeme.length - unit.length));
  if (count === undefined) return undefined;
  const value = count * (unitMilliseconds[unit] ?? 1n);
  return value <= largestInt ? Number(value) : undefined;
}
