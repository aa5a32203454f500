import { describe, expect, it } from "vitest";
import { lateEffects } from "./late-effects.ts";
import { laws } from "./laws.ts";

/** A taste of `scripts/interleavings.mjs`, which tries as many seeds as one likes. */
const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

describe.each([...laws, lateEffects])("$name", ({ faultOf }) => {
  it.each(seeds)("%i", async (seed) => {
    const fault = await faultOf(seed);
    expect(fault?.what, fault?.text).toBeUndefined();
  });
});
