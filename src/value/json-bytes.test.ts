import { describe, expect, test } from "vitest";
import { JsonBytes } from "./json-bytes.ts";
import { quoteJson } from "./json-quote.ts";

const texts = [
  "",
  "plain",
  'a "quoted" \\ one',
  "line\nbreak\u0000\u007f\u009f",
  "é",
  "😀",
  "\ufeffmark",
  "x".repeat(5000),
];

describe("JsonBytes", () => {
  test.each([1, 10, 1000])("%i rounds give what the pieces say", (rounds) => {
    const json = new JsonBytes();
    let expected = "";
    for (let round = 0; round < rounds; round++)
      for (const text of texts) {
        json.add("[");
        json.addQuoted(text);
        json.addText(quoteJson(text));
        expected += `[${quoteJson(text)}${quoteJson(text)}`;
      }
    expect(json.text() === expected).toBe(true);
  });

  test("nothing is an empty text", () => {
    expect(new JsonBytes().text()).toBe("");
  });
});
