import { describe, expect, it } from "vitest";
import { Source } from "../../text/index.ts";
import { lintTemplate, type TemplateLintOptions, type TemplateOutline } from "./lint-template.ts";

const place = { line: 1, column: 4 };
const source = new Source("a.harn.prompt", 'Hi {{ if llm.provider == "x" }}{{ end }}\n');

function lines(outline: TemplateOutline, options: TemplateLintOptions = {}): string[] {
  return lintTemplate(source, outline, options).map(
    ({ rule, span }) => `${rule} ${source.text.slice(span.start, span.end)}`,
  );
}

describe("lintTemplate", () => {
  it("points at the directive of a template that does not parse", () => {
    expect(lines({ kind: "unparsed", place, message: "no" })).toEqual(['template-parse {{ if llm.provider == "x" }}']);
  });

  it("reports identities that are compared, not those that are shown", () => {
    const compared = { place, reads: ["llm.provider"], compares: ["llm.provider", "x.provider"] };
    expect(lines({ kind: "parsed", conditions: [compared, { place, reads: ["llm.model"], compares: [] }] })).toEqual([
      'template-provider-identity-branch {{ if llm.provider == "x" }}',
    ]);
  });

  it("counts the conditions on capabilities", () => {
    const condition = { place, reads: ["llm.capabilities.tools"], compares: [] };
    const outline: TemplateOutline = { kind: "parsed", conditions: [condition, condition, condition, condition] };
    expect(lines(outline)).toHaveLength(1);
    expect(lines(outline, { variantBranchThreshold: 4 })).toEqual([]);
    expect(lines(outline, { disabled: ["template-variant-explosion"] })).toEqual([]);
  });
});
