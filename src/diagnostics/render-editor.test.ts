import { describe, expect, it } from "vitest";
import { emptySpan, Source } from "../text/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { diagnosticToEditor, fixForEditor } from "./render-editor.ts";

const text = 'let a = "\u{1f600}" + 1\nlet b = a\n';
const source = new Source("main.harn", text);
const uriOf = ({ path }: Source): string => `file:///desk/${path}`;
const base: Diagnostic = {
  code: "HARN-TYP-003",
  severity: "error",
  message: "can't add string and int",
  source,
  span: { start: 8, end: 16 },
};

describe("diagnosticToEditor", () => {
  it("counts lines and UTF-16 units from 0", () => {
    expect(diagnosticToEditor(base, uriOf)).toEqual({
      range: { start: { line: 0, character: 8 }, end: { line: 0, character: 16 } },
      severity: 1,
      code: "HARN-TYP-003",
      source: "harn",
      message: "can't add string and int",
    });
  });

  it("says the way out, and where else to look", () => {
    const other = new Source("lib.harn", "\nfn f(n: int) { }\n");
    const label = { source: other, span: { start: 1, end: 5 }, text: "parameter `n` declared here" };
    const shown = diagnosticToEditor({ ...base, severity: "warning", hint: "write it so", labels: [label] }, uriOf);
    expect(shown.severity).toBe(2);
    expect(shown.message).toBe("can't add string and int\nhelp: write it so");
    expect(shown.relatedInformation).toEqual([
      {
        location: {
          uri: "file:///desk/lib.harn",
          range: { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } },
        },
        message: "parameter `n` declared here",
      },
    ]);
  });

  it.each([
    ["HARN-LNT-014", [1]],
    ["HARN-ORC-008", [1]],
    ["HARN-NAM-009", [2]],
    ["HARN-TYP-006", undefined],
  ])("tags %s", (code, tags) => {
    expect(diagnosticToEditor({ ...base, code }, uriOf).tags).toEqual(tags);
  });

  it("puts what has no place at the start of the file", () => {
    const { range, code } = diagnosticToEditor({ ...base, code: "", span: emptySpan }, uriOf);
    expect(range).toEqual({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
    expect(code).toBeUndefined();
  });
});

describe("fixForEditor", () => {
  it("offers the edits of a fix", () => {
    const fix = [{ span: { start: 8, end: 16 }, text: '"\u{1f600}${1}"' }];
    expect(fixForEditor({ ...base, fix }, uriOf)).toMatchObject({
      title: "write the text with interpolation",
      kind: "quickfix",
      isPreferred: true,
      edit: {
        changes: {
          "file:///desk/main.harn": [
            {
              range: { start: { line: 0, character: 8 }, end: { line: 0, character: 16 } },
              newText: '"\u{1f600}${1}"',
            },
          ],
        },
      },
    });
  });

  it("offers nothing where a machine can do nothing", () => {
    expect(fixForEditor(base, uriOf)).toBeUndefined();
    expect(fixForEditor({ ...base, fix: [] }, uriOf)).toBeUndefined();
  });
});
