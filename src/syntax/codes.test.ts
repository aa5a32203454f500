import { describe, expect, it } from "vitest";
import { parserCodes } from "./codes.ts";
import * as definitions from "./diagnostics.ts";
import { parseText } from "./testing/parse-text.ts";

describe("codes", () => {
  it("of all findings are in the catalogue", () => {
    const reported = new Set(Object.values(definitions).map((definition) => definition.code));
    expect([...reported].sort()).toEqual(parserCodes.map((entry) => entry.code));
  });

  it.each(parserCodes.map((entry) => [entry.code, entry.explanation]))(
    "%s is what its example reports",
    (code, text) => {
      const example = /```harn\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
      const found = parseText(example).diagnostics.map((diagnostic) => diagnostic.code);
      expect(found).toContain(code);
    },
  );
});
