import fc from "fast-check";
import { expect, test } from "vitest";
import { type FloatValue, readJson } from "./index.ts";

const digits = fc.stringMatching(/^(?:0|[1-9][0-9]{0,19})$/);
const fraction = fc.option(fc.stringMatching(/^[0-9]{1,20}$/), { nil: undefined });
const exponent = fc.option(fc.stringMatching(/^[eE][+-]?[0-9]{1,2}$/), { nil: undefined });

test("every number is the int it says, or the nearest float", () => {
  fc.assert(
    fc.property(fc.boolean(), digits, fraction, exponent, (isNegative, whole, decimals, power) => {
      const text = `${isNegative ? "-" : ""}${whole}${decimals === undefined ? "" : `.${decimals}`}${power ?? ""}`;
      const value = readJson(text);
      const fits = BigInt.asIntN(64, BigInt(whole)) === BigInt(whole);
      if (decimals === undefined && power === undefined && fits && text !== "-0")
        expect(BigInt(value as number | bigint)).toBe(BigInt(text));
      else expect(Object.is((value as FloatValue).value, Number(text))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
