import { expect, test } from "vitest";
import { DictValue, ListValue, show } from "./index.ts";

const counts = [0, 1, 2, 63, 64, 65, 128, 129, 1000];

test("lists of every length are shown alike", () => {
  for (const count of counts) {
    const items = Array.from({ length: count }, (_none, at) => at);
    expect(show(new ListValue(items))).toBe(`[${items.join(", ")}]`);
  }
});

test("dicts of every size are shown alike, inside of lists too", () => {
  for (const count of counts) {
    const keys = Array.from({ length: count }, (_none, at) => `k${String(at).padStart(4, "0")}`);
    const dict = new DictValue(new Map(keys.map((key) => [key, "v"])));
    const wanted = `{${keys.map((key) => `${key}: v`).join(", ")}}`;
    expect(show(dict)).toBe(wanted);
    expect(show(new ListValue([dict, null]))).toBe(`[${wanted}, nil]`);
  }
});
