import { expect, test } from "vitest";
import { powerByInt, powerFloats } from "./index.ts";

test("half-integer powers are the nearest float", () => {
  // The nearest float to base ** (n / 2) is the root of an integer of many digits.
  for (const base of [2, 3, 5, 7, 10, 12, 99, 1234567]) {
    for (let whole = 0; whole <= 8; whole++) {
      const digits = 60n;
      const scaled = BigInt(base) ** BigInt(2 * whole + 1) * 10n ** (2n * digits);
      const exact = `${integerRoot(scaled)}e-${digits}`;
      expect(powerFloats(base, whole + 0.5), `${base} ** ${whole}.5`).toBe(Number(exact));
    }
  }
  expect(powerFloats(2.5, 2.5)).toBe(9.882117688026186);
});

function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

test("outside, what the engine says", () => {
  expect(powerFloats(-8, 0.5)).toBeNaN();
  expect(powerFloats(0, 0.5)).toBe(0);
  expect(powerFloats(4, -0.5)).toBe(0.5);
  expect(powerFloats(Number.POSITIVE_INFINITY, 1.5)).toBe(Number.POSITIVE_INFINITY);
  expect(powerByInt(2, -1074)).toBe(0);
  expect(powerByInt(-1, 2 ** 40 + 1)).toBe(-1);
});
