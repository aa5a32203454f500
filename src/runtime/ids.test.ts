import { expect, test } from "vitest";
import { IdSource } from "./ids.ts";

test("identifiers are version 7 UUIDs that sort by their making", () => {
  const times = [1_795_271_307_844, 1_795_271_307_844, 1_795_271_307_843, 1_795_271_307_900];
  let seed = 1;
  const ids = new IdSource({ now: () => times.shift() ?? 1_795_271_308_000 }, { fill: (bytes) => bytes.fill(seed++) });
  const made = [...new Array(6)].map(() => ids.uuid());
  expect([...made].sort()).toEqual(made);
  expect(made[0]).toBe("01a1fe82-3244-7101-8101-010101010101");
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.next("run")).toMatch(/^run_0/);
});

test("more of them than a millisecond can count borrow time from ahead", () => {
  const ids = new IdSource({ now: () => 5 }, { fill: (bytes) => bytes.fill(0) });
  const made = new Set([...new Array(10_000)].map(() => ids.uuid()));
  expect(made.size).toBe(10_000);
});
