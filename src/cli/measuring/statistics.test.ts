import { describe, expect, it } from "vitest";
import { compare, statisticsOf } from "./statistics.ts";

describe("statisticsOf", () => {
  it("takes quantiles on the line between values", () => {
    const { min, mean, p50, p95, max, deviation, total } = statisticsOf([30, 10, 20]);
    expect([min, mean, p50, max, total]).toEqual([10, 20, 20, 30, 60]);
    expect(p95).toBeCloseTo(29);
    expect(deviation).toBeCloseTo(8.165, 3);
  });

  it("needs one value only", () => {
    expect(statisticsOf([7])).toEqual({ min: 7, mean: 7, p50: 7, p95: 7, max: 7, deviation: 0, total: 7 });
  });
});

describe("compare", () => {
  const tens = [10, 11, 12, 13, 14, 15, 16, 17];

  it("tells apart what does not overlap", () => {
    const twice = tens.map((value) => value * 2);
    expect(compare(tens, twice)).toMatchObject({ ratio: 2, verdict: "slower" });
    expect(compare(twice, tens)).toMatchObject({ ratio: 0.5, verdict: "faster" });
    expect(compare(tens, twice).probability).toBeLessThan(0.002);
  });

  it("makes nothing of one outlier, nor of too few measurements", () => {
    expect(compare(tens, [10.1, 11.1, 12.1, 13.1, 14.1, 15.1, 16.1, 900]).verdict).toBe("same");
    expect(compare([10], [20]).verdict).toBe("same");
    expect(compare([5, 5], [5, 5])).toEqual({ ratio: 1, probability: 1, verdict: "same" });
  });

  it("gives the probability that tables give", () => {
    // U = 2 of 5 and 5: z = (10.5 - 0.5) / 4.787, two-sided.
    expect(compare([1, 2, 3, 4, 6.5], [5, 6, 7, 8, 9]).probability).toBeCloseTo(0.0367, 3);
  });
});
