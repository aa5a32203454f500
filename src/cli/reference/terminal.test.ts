import { describe, expect, it } from "vitest";
import type { ReferenceEntry } from "./entry.ts";
import { wholeReference } from "./reference.ts";
import { terminalLine, terminalText } from "./terminal.ts";

const entry = (fields: Partial<ReferenceEntry>): ReferenceEntry => ({
  kind: "function",
  name: "retry",
  group: "std/poll",
  signature: "retry(times: int) -> any",
  description: "",
  notes: [],
  examples: [],
  ...fields,
});

describe("an entry on the terminal", () => {
  it("has paragraphs that are filled anew, and keeps items, tables and fenced code", () => {
    const description =
      "Calls `action` until it succeeds, and waits between two calls as long as\nit is told.\n\n- `times`: how often at most; each of them counts, and so does the first one of all\n- `wait`\n\n```harn\nretry( 3 )\n```";
    expect(terminalText(entry({ description }))).toBe(`retry(times: int) -> any    [std/poll]
    Calls \`action\` until it succeeds, and waits between two calls as long as it
    is told.
    - \`times\`: how often at most; each of them counts, and so does the first one
      of all
    - \`wait\`
    \`\`\`harn
    retry( 3 )
    \`\`\`
`);
  });

  it("breaks a long signature behind commas and before its result", () => {
    const params = ["action: fn(int) -> any", "times: int = 3", "wait: duration = 5s", "grow = true"];
    expect(terminalText(entry({ signature: `retry(${params.join(", ")}) -> any` }))).toBe(
      "retry(action: fn(int) -> any, times: int = 3, wait: duration = 5s, grow = true)\n        -> any    [std/poll]\n",
    );
  });

  it("among others is its first sentence, over source lines", () => {
    const description = "The mean of all that `judge` gives to the candidates of\none case, 0.5 for none. More.";
    expect(terminalLine(entry({ description }))).toBe(
      "retry  [std/poll]  The mean of all that `judge` gives to the candidates of one\n    case, 0.5 for none.\n",
    );
    expect(terminalLine(entry({}))).toBe("retry  [std/poll]\n");
  });
});

describe("the whole reference on the terminal", () => {
  const reference = wholeReference();

  it("stays within 80 columns but for code", () => {
    const long = reference
      .filter(({ signature }) => !signature.includes("\n"))
      .flatMap((each) => terminalText({ ...each, examples: [] }).split("\n"))
      // A line of one word cannot be parted, nor can code between backticks.
      .filter((line) => line.length > 80 && /\S \S/.test(line.replace(/`[^`]*`/g, "`").trim()));
    expect(long).toEqual([]);
  });

  it("names nothing that only the library itself calls", () => {
    expect(reference.filter(({ name }) => /^[_%]/.test(name)).map(({ name }) => name)).toEqual([]);
  });
});
