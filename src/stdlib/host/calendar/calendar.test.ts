import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DictValue, ListValue, type Value } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";

const bench = new Bench();
const newYork = "America/New_York";

function field(dict: Value, key: string): Value | undefined {
  return dict instanceof DictValue ? dict.get(key) : undefined;
}

describe("units", () => {
  test("the fields of an instant give it back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000, max: 250_000_000_000 }), (seconds) => {
        const parts = bench.now("__calendar_parts", seconds, "UTC");
        expect(bench.now("__calendar_from_local", parts, "UTC")).toBe(seconds);
      }),
    );
  });

  test("months from the 31st end on last days and do not drift", () => {
    const range = bench.now("__calendar_date_range", "2024-01-31", "2024-05-01", "month", "UTC");
    if (!(range instanceof ListValue)) throw new Error("no list");
    expect(range.view().map((at) => field(bench.now("__calendar_parts", at), "date"))).toEqual([
      "2024-01-31",
      "2024-02-29",
      "2024-03-31",
      "2024-04-30",
    ]);
  });

  test.each([
    ["day", 1, newYork, "2024-03-09T07:30:00Z", "does not exist in timezone America/New_York"],
    ["fortnight", 1, "UTC", "2024-03-09", "unit must be day, week, month, quarter, or year"],
    ["year", 10_000_000, "UTC", "2024-03-09", "date out of range"],
    ["day", 1, "Mars/Base", "2024-03-09", "unknown timezone 'Mars/Base'"],
    ["day", 1, "UTC", "yesterday", "expected RFC 3339 timestamp or YYYY-MM-DD date string"],
  ])("%s by %i in %s from %s is refused", async (unit, amount, zone, from, message) => {
    expect(await bench.shown("__calendar_add", from, amount, unit, zone)).toContain(message);
  });

  test("a local time that comes twice is what was asked for", async () => {
    const local = value({ year: 2024, month: 11, day: 3, hour: 1, minute: 30 });
    const earlier = Number(bench.now("__calendar_from_local", local, newYork, "earlier"));
    expect(bench.now("__calendar_from_local", local, newYork, "later")).toBe(earlier + 3600);
    expect(await bench.shown("__calendar_from_local", local, newYork, "reject")).toContain("is ambiguous");
  });
});

describe("business days", () => {
  test("holidays are kept on a working day", () => {
    const holidays = bench.now("__calendar_holidays", "US-FEDERAL", 2021);
    if (!(holidays instanceof ListValue)) throw new Error("no list");
    expect(holidays.view().map((holiday) => field(holiday, "date"))).toContain("2021-12-31");
  });

  test("adding and counting agree", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (days) => {
        const later = bench.now("__calendar_add_business_days", "2024-07-03T15:00:00Z", days);
        expect(bench.now("__calendar_business_days_between", "2024-07-03T15:00:00Z", later)).toBe(days);
      }),
      { numRuns: 30 },
    );
  });

  test("a calendar without business days ends the search", async () => {
    const idle = value({ weekends: [1, 2, 3, 4, 5, 6, 7] });
    expect(await bench.shown("__calendar_next_business_day", 0, idle)).toContain("exceeded guardrail");
  });
});
