import { expect, test } from "vitest";
import { DictValue, FloatValue, ListValue, SetValue, structuralHash, type Value } from "./index.ts";

test("hashes are these, for ever", () => {
  const cases: [Value, string][] = [
    [null, "-5808513992200409391"],
    [true, "-5808507395130640125"],
    [0, "3091785023963557669"],
    [-1, "-4389439790772262705"],
    [new FloatValue(1.5), "1697753593764996441"],
    ["", "-9113223952573341372"],
    ["abc", "323934355992950501"],
    [new ListValue([1, "a"]), "3011122912516165932"],
    [new DictValue(), "648037892871450282"],
    [DictValue.of({ k: new ListValue([null]) }), "7964368203833866654"],
  ];
  for (const [value, wanted] of cases) expect(String(structuralHash(value))).toBe(wanted);
});

test("the order of a set's members does not matter", () => {
  expect(structuralHash(new SetValue([1, 2]))).toBe(structuralHash(new SetValue([2, 1])));
});
