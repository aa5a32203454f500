import { describe, expect, test } from "vitest";
import { getProperty, getPropertyOptional, show, stringifyJson, typeName } from "../../value/index.ts";
import { createHarness } from "./harness.ts";

describe("the harness handle", () => {
  const harness = createHarness();

  test("hands out its members", () => {
    const fs = getProperty(harness, "fs");
    expect([typeName(harness), show(harness), typeName(fs), show(fs), stringifyJson(fs)]).toEqual([
      "Harness",
      "<Harness>",
      "HarnessFs",
      "<HarnessFs>",
      "null",
    ]);
    expect(getProperty(harness, "fs")).toBe(fs);
    expect(createHarness().members.get("fs")).not.toBe(fs);
  });

  test("says what it has instead", () => {
    const message = (name: string) => expect.objectContaining({ value: expect.stringContaining(name) });
    expect(() => getProperty(harness, "nothing")).toThrow(
      message("cannot access property `nothing` on Harness — Harness exposes `stdio`, `term`, `clock`"),
    );
    const clock = getProperty(harness, "clock");
    expect(() => getProperty(clock, "x")).toThrow(
      message("HarnessClock exposes `now_ms`, `monotonic_ms`, `elapsed`, `sleep_ms`, `timestamp`"),
    );
    expect(getPropertyOptional(harness, "nothing")).toBe(null);
  });
});
