import { describe, expect, test } from "vitest";
import { tierDifference } from "./testing/compare-tiers.ts";
import { randomCollections } from "./testing/random-collections.ts";
import { randomProgram } from "./testing/random-program.ts";

// `node scripts/compare-tiers.mjs` looks at more of them.
const count = Number(process.env.HARN_RANDOM_PROGRAMS ?? 64);
const first = Number(process.env.HARN_RANDOM_SEED ?? 0);
const batches = Array.from({ length: Math.ceil(count / 16) }, (_, batch) => first + batch * 16);

describe.each([
  ["programs", randomProgram],
  ["collections", randomCollections],
] as const)("random %s", (_what, write) => {
  test.each(batches)("do the same in every tier, from seed %i", async (start) => {
    for (let seed = start; seed < start + 16; seed++) {
      const program = write(seed);
      const difference = await tierDifference(program);
      if (difference !== undefined) expect.fail(`seed ${seed}\n${program}\n${difference}`);
    }
  });
});
