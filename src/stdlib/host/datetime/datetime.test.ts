import { describe, expect, test } from "vitest";
import { DurationValue, FloatValue } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";
import { civilFromDays, daysFromCivil, weekdayOf } from "./civil.ts";

describe("civil dates", () => {
  test("agree with the host's calendar over eight centuries, day by day and back", () => {
    for (let days = -150_000; days <= 150_000; days += 37) {
      const date = civilFromDays(days);
      const host = new Date(days * 86_400_000);
      expect([date.year, date.month, date.day]).toEqual([
        host.getUTCFullYear(),
        host.getUTCMonth() + 1,
        host.getUTCDate(),
      ]);
      expect(weekdayOf(date)).toBe(host.getUTCDay());
      expect(daysFromCivil(date)).toBe(days);
    }
  });
});

describe("date_parse", () => {
  test.each([
    ["1970-01-01T00:00:00Z", "0"],
    ["2024-02-29T12:30:45.250Z", "1709209845.25"],
    ["2024-02-29T12:30:45+05:30", "1709190045"],
    ["2024-02-29T12:30:45-08:00", "1709238645"],
    ["2024-02-29 12:30", "1709209800"],
    [" 2024-02-29 ", "1709164800"],
    ["1969-12-31T23:59:59.500Z", "-0.5"],
    ["0001-01-01T00:00:00Z", "-62135596800"],
    ["2024-06-30T23:59:60Z", "1719792000.0"],
    ["2024-02-29T12:30:45.123456789Z", "1709209845.1234567"],
    ["2024-02-29t12:30:45z", "1709209845"],
    ["2024/02/29", "1709164800"],
    ["2024.3.5 7:08", "1709622480"],
    ["2024-01-01T10:00:00+25:00", "1704103200"],
    ["1,2,3", "-62132745600"],
    ["29/02/2024", "!! Invalid day: 2024 (must be 1-31)"],
    ["20240229", "!! Cannot parse date: 20240229"],
    ["2023-02-29", "!! Invalid date: 2023-02-29"],
    ["2024-13-01", "!! Invalid month: 13 (must be 1-12)"],
    ["2024-01-01T24:00:00Z", "!! Invalid hour: 24 (must be 0-23)"],
    ["2024-01-01 10:61", "!! Invalid minute: 61 (must be 0-59)"],
    ["", "!! Cannot parse date: "],
    ["12:30", "!! Cannot parse date: 12:30"],
    ["Mon, 05 Feb 2024 10:00:00 GMT", "!! Invalid month: 2024 (must be 1-12)"],
  ])("%j", async (text, expected) => {
    expect(await new Bench().shown("date_parse", text)).toBe(expected);
  });
});

describe("formatting", () => {
  const base = 1_709_209_845;

  test.each([
    ["%Y-%m-%d %H:%M:%S", "2024-02-29 12:30:45"],
    ["%A %a %B %b %j %s", "Thursday Thu February Feb 060 1709209845"],
    ["%e|%-d|%_m|%I %p|%l%P", "29|29| 2|12 PM|12pm"],
    ["%y %C %q %u %w", "24 20 1 4 4"],
    ["%U %W %G-W%V %g", "08 09 2024-W09 24"],
    ["%f %3f %.3f %6f%.f", "250000000 250 .250 250000.250"],
    ["%z %:z %::z %Z", "+0000 +00:00 +00:00:00 UTC"],
    ["%F %T %D %R %c", "2024-02-29 12:30:45 02/29/24 12:30 Thu Feb 29 12:30:45 2024"],
    ["100%% %n%t", "100% \n\t"],
  ])("%s", async (format, expected) => {
    expect(await new Bench().shown("date_format", new FloatValue(base + 0.25), format)).toBe(expected);
  });

  test("before the epoch, far years, and unknown fields", async () => {
    const bench = new Bench();
    expect(await bench.shown("date_format", new FloatValue(-1.5))).toBe("1969-12-31 23:59:58");
    expect(await bench.shown("date_format", 253_402_300_800, "%Y")).toBe("+10000");
    expect(await bench.shown("date_format", 0, "%!")).toBe("!! date_format: invalid format '%!'");
    expect(await bench.shown("date_format", new FloatValue(Number.NaN))).toBe(
      "!! date_format: timestamp must be finite",
    );
  });
});

describe("time zones", () => {
  const bench = new Bench();

  test("winter and summer", async () => {
    expect(await bench.shown("date_format", 1_704_067_200, "%H:%M %Z %z", "America/Los_Angeles")).toBe(
      "16:00 PST -0800",
    );
    expect(await bench.shown("date_format", 1_719_792_000, "%H:%M %Z %z", "America/Los_Angeles")).toBe(
      "17:00 PDT -0700",
    );
    expect(await bench.shown("date_to_zone", 0, "Asia/Kolkata")).toBe("1970-01-01T05:30:00+05:30");
    expect(await bench.shown("date_in_zone", value({ timestamp: 0 }), "Asia/Tokyo")).toBe(
      "{day: 1, hour: 9, iso8601: 1970-01-01T09:00:00+09:00, minute: 0, month: 1, offset_seconds: 32400, second: 0, timestamp: 0, weekday: 4, year: 1970, zone: Asia/Tokyo}",
    );
  });

  test.each(["X/Y", "+01:00", "utc", "america/new_york", ""])("%j is no zone", async (name) => {
    expect(await bench.shown("date_to_zone", 0, name)).toBe(`!! date_to_zone: unknown timezone '${name}'`);
  });

  test("components: local times that are doubled or do not exist", async () => {
    const at = (hour: number, day: number, month: number) => value({ year: 2024, month, day, hour, minute: 30 });
    expect(await bench.shown("date_from_components", at(1, 3, 11), "America/New_York")).toBe("1730611800");
    expect(await bench.shown("date_from_components", at(2, 10, 3), "America/New_York")).toBe(
      "!! date_from_components: local time does not exist in that timezone",
    );
    expect(await bench.shown("date_from_components", value({ year: 1970, month: 1, day: 2 }))).toBe("86400");
    expect(await bench.shown("date_from_components", value({ year: 1970, month: 1 }))).toBe(
      "!! date_from_components: missing day",
    );
    expect(await bench.shown("date_from_components", value({ year: "x", month: 1, day: 1 }))).toBe(
      "!! date_from_components: year must be an integer, got string",
    );
  });
});

describe("arithmetic", () => {
  const bench = new Bench();

  test("moves and differences", async () => {
    expect(await bench.shown("date_add", 0, new DurationValue(-1_500))).toBe("-1.5");
    expect(await bench.shown("date_add", new FloatValue(0.25), new DurationValue(1_000))).toBe("1.25");
    expect(await bench.shown("date_diff", 0, new FloatValue(1.5))).toBe("-1500ms");
    expect(await bench.shown("date_add", 9_007_199_254_740_991, new DurationValue(1))).toBe(
      "!! date_add: timestamp out of range",
    );
    expect(await bench.shown("weekday_name", 0, "America/Los_Angeles")).toBe("Wednesday");
    expect(await bench.shown("month_name", -62_135_596_800)).toBe("January");
    expect(await bench.shown("weekday_name", "2024")).toBe(
      "!! weekday_name: expected timestamp number or date dict, got string",
    );
  });

  test("durations", async () => {
    expect(bench.now("duration_days", 2)).toEqual(new DurationValue(172_800_000));
    expect(bench.now("duration_seconds", new FloatValue(-0.0025))).toEqual(new DurationValue(-3));
    expect(await bench.shown("duration_hours", 2n ** 60n)).toBe("!! duration_hours: duration overflow");
    for (const [length, text] of [
      [0, "0s"],
      [11_640_000, "3h 14m"],
      [-90_061_001, "-1d 1h 1m"],
      [1_500, "1s 500ms"],
    ] as const) {
      expect(bench.now("duration_to_human", new DurationValue(length))).toBe(text);
    }
  });
});
