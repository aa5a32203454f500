// What functions of std modules write can be read again: by their own twins, and by a shell.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { createHarn, type PlainInput } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-pairs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const harn = createHarn({ folder });

/** As JSON has it: a negative zero is none, and nothing is undefined. */
const jsonValue = fc
  .jsonValue()
  .map((value) => JSON.parse(JSON.stringify(value)) as PlainInput)
  .filter(hasExactNumbers);

/** A whole number comes back as an int: as a bigint, where JavaScript's numbers have gaps. */
function hasExactNumbers(value: PlainInput): boolean {
  const numbers: number[] = [];
  JSON.stringify(value, (_key, item) => (typeof item === "number" ? numbers.push(item) : item));
  return numbers.every((each) => Number.isSafeInteger(each) || !Number.isInteger(each));
}

it("JSON lines: items come back, written at once or one by one", async () => {
  const program = harn.compile({
    path: "lines.harn",
    text: `import { append_jsonl, parse_jsonl, read_jsonl, write_jsonl } from "std/jsonl"

pipeline back(items) {
  write_jsonl("items.jsonl", items)
  for item in items {
    append_jsonl("items.jsonl", item)
  }
  [parse_jsonl(harness.fs.read_text("items.jsonl")), read_jsonl("items.jsonl")]
}
`,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(jsonValue, { maxLength: 5 }), async (items) => {
      const twice = [...items, ...items];
      expect(await harn.run(program, { inputs: { items } })).toEqual([twice, twice]);
    }),
    { numRuns: 40 },
  );
});

it("shell_quote: a shell reads the words that were quoted", async () => {
  const program = harn.compile({
    path: "quote.harn",
    text: `import { shell_quote } from "std/runtime"

pipeline quoted(words) {
  words.map({ word -> shell_quote(word) }).join(" ")
}
`,
  });
  const word = fc.string({ unit: fc.constantFrom("a", " ", "'", '"', "$", "`", "\\", "\n", "*", "!", ";", "é", "-") });
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 5 }), async (words) => {
      const line = (await harn.run(program, { inputs: { words } })) as string;
      const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
      expect(stdout.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 40 },
  );
});
