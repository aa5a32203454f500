import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../value/index.ts";
import { parseNatively } from "./exact-json.ts";
import { jsonOfValue } from "./value-json.ts";

const exact = (text: string): unknown => jsonOfValue(readJson(text));

describe("JSON by the engine's parser", () => {
  it.each([
    '{"a": 2.0, "b": [1, 2.50, -3.0, 0.0, 10], "c": "2.0, \\"x\\": 1.0", "d": {"e": 7.000}}',
    "[1,2,3]",
    "4.0",
    '{"a": ": 1.0, ", "b" : "x\\": 2.0", "c": 3.0, "": 4.0, "d\\\\": 5.0, "e":[{"f"\n:6.0}]}',
    '"a \\\\"',
    '{"__proto__": {"x": 1.0}, "constructor": 1.0}',
    "[123456789012345, -123456789012345.5, true, false, null]",
    ' {"b":1,"b":2.0} ',
    '[[], {}, ""]',
    "1e3",
    "[1234567890123456, -9007199254740991]",
    "[1E2, -0.0, 1.5e-7, 0.30000000000000004, 1.0000000000000000000001]",
    '{"a\\\\": "1.0", "b\\"2.0": "\\\\\\"3.0"}',
    '["open brackets [[{{ in a string", 2.0]',
  ])("reads as the exact one does: %s", (text) => {
    const parsed = parseNatively(text);
    expect(parsed).not.toBe(undefined);
    expect(parsed).toEqual(exact(text));
  });

  it.each([
    "[-0]",
    "[9007199254740993]",
    "1e400",
    "1.0.0",
    '"\\ud800"',
    '"\\u0041"',
    "[1",
    '"open',
    "01",
    "1.",
    "{'a': 1}",
    `${"[".repeat(2000)}${"]".repeat(2000)}`,
    "-",
    "",
  ])("leaves to the exact one: %s", (text) => {
    expect(parseNatively(text)).toBe(undefined);
  });

  it("never differs from the exact one", () => {
    const number = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.constantFrom("1.0", "-2.00", "-0.0", "1e5", "2.5E+1", "-0", "0.1e1", "12345678901234567890"),
    );
    const spelled = number.map((value) => (typeof value === "number" ? JSON.stringify(value) : value));
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        spelled,
        fc.string().map((text) => JSON.stringify(text)),
        fc.constantFrom("true", "null"),
        fc.array(tie("json"), { maxLength: 5 }).map((items) => `[${items.join(", ")}]`),
        fc.dictionary(fc.string(), tie("json"), { maxKeys: 5 }).map(
          (items) =>
            `{${Object.entries(items)
              .map(([key, item]) => `${JSON.stringify(key)}:${item}`)
              .join(",\n")}}`,
        ),
      ),
    }));
    fc.assert(
      fc.property(json, (text) => {
        const parsed = parseNatively(text);
        if (parsed !== undefined) expect(parsed).toEqual(exact(text));
      }),
    );
  });
});
