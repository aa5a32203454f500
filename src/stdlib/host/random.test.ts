import { describe, expect, test } from "vitest";
import type { FloatValue, ListValue, Value } from "../../value/index.ts";
import { randomBelow, randomBetween, SeededRng } from "./rng.ts";
import { Bench, value } from "./testing/bench.ts";

describe("SeededRng", () => {
  test("gives the same words for the same seed, for ever", () => {
    const first = (seed: number | bigint) =>
      Array.from(
        { length: 3 },
        function (this: SeededRng) {
          return this.next();
        },
        new SeededRng(seed),
      );
    expect(first(7)).toEqual(first(7n));
    expect(first(7)).not.toEqual(first(8));
    expect(first(-1)).toEqual(first(2n ** 64n - 1n));
    expect(first(42)).toEqual([3893884377, 145076852, 3246010591]);
  });

  test("reaches every value of a range about equally often", () => {
    const rng = new SeededRng(1);
    const counts = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 60_000; draw++) {
      const drawn = randomBelow(rng, 6);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    for (let draw = 0; draw < 60_000; draw++) {
      const drawn = Number(randomBetween(rng, -3, 2)) + 3;
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(9_000);
  });

  test("covers the whole range of ints", () => {
    const rng = new SeededRng(3);
    const min = -(2n ** 63n);
    for (let draw = 0; draw < 100; draw++) {
      const drawn = BigInt(randomBetween(rng, min, 2n ** 63n - 1n));
      expect(drawn >= min && drawn < 2n ** 63n).toBe(true);
    }
  });
});

describe("random builtins", () => {
  const bench = new Bench();

  test("take a seeded generator first", () => {
    const draw = () => {
      const rng = bench.now("rng_seed", 5);
      const float = bench.now("random", rng) as FloatValue;
      const list = bench.now("random_shuffle", rng, value([1, 2, 3, 4])) as ListValue;
      return [
        float.value,
        bench.now("random_int", rng, 1, 100),
        bench.now("random_choice", rng, value(["a", "b"])),
        [...list],
      ];
    };
    expect(draw()).toEqual(draw());
  });

  test("keep to their bounds", () => {
    for (let round = 0; round < 50; round++) {
      const { value: float } = bench.now("random") as FloatValue;
      expect(float >= 0 && float < 1).toBe(true);
      expect([3, 4]).toContain(bench.now("random_int", 3, 4));
    }
    expect(bench.now("random_int", 2, 1)).toBe(null);
    expect(bench.now("random_choice", value([]))).toBe(null);
    expect([...(bench.now("random_shuffle", value([3, 1, 2])) as ListValue)].sort()).toEqual([1, 2, 3]);
  });

  test.each<[string, Value[], string]>([
    ["random_int", ["a", 1], "Type error: random_int: min must be an integer"],
    ["random_int", [1], "Arity mismatch: 'random_int' expects 2 arguments, got 1"],
    ["rng_seed", ["x"], "Type error: rng_seed(seed): seed must be an integer"],
    ["crypto_random_bytes", [2 ** 31], "Runtime error: crypto_random_bytes: n must be <= 1024, got 2147483648"],
    ["crypto_random_bytes", [0], "Runtime error: crypto_random_bytes: n must be a positive integer, got int"],
  ])("%s%j fails", async (name, args, message) => {
    expect(await bench.shown(name, ...args)).toBe(`!! ${message}`);
  });

  test("crypto_random_bytes", async () => {
    expect(await bench.shown("crypto_random_bytes", 4)).toMatch(/^b"[0-9a-f]{8}"$/);
    expect(bench.now("rng_seed", 1)).toMatchObject({ typeName: "rng" });
  });
});
