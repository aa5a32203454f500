import { describe, expect, it } from "vitest";
import { Source } from "../text/index.ts";
import { programJson, programText, tokensJson, tokensText } from "./dump.ts";
import { lex } from "./lexer.ts";
import { parse } from "./parser/parse.ts";

const source = new Source("main.harn", 'let x = "a${b}"\n9007199254740993');
const { program } = parse(source);
const { tokens } = lex(source);

describe("programText", () => {
  it("shows kinds, places and fields, one node a line", () => {
    expect(programText(program, source)).toBe(`program 1:1-2:17
  items:
    binding 1:1-1:16 mode=let
      pattern: name-pattern 1:5-1:6 name=x
      value: interpolation 1:9-1:16 quote=plain
        parts:
          text 1:10-1:11 value=a
          hole 1:11-1:15
            expression: name 1:13-1:14 name=b
    expression 2:1-2:17
      expression: int 2:1-2:17 value=9007199254740993
`);
  });

  it("quotes text with blanks", () => {
    const quoted = new Source("main.harn", '"a b\\n"');
    expect(programText(parse(quoted).program, quoted)).toContain('value="a b\\n"');
  });
});

describe("programJson", () => {
  it("is the tree with lines and columns, and no number that JSON would change", () => {
    const json = programJson(program, source);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({
      kind: "program",
      items: [
        { kind: "binding", span: { start: 0, end: 15, line: 1, column: 1 } },
        { expression: { kind: "int", value: "9007199254740993" } },
      ],
    });
    const small = new Source("main.harn", "7");
    expect(programJson(parse(small).program, small)).toMatchObject({ items: [{ expression: { value: 7 } }] });
  });
});

describe("tokens", () => {
  it("are listed with line breaks between them", () => {
    expect(tokensText(tokens)).toBe(`1:1 let "let"
1:5 identifier "x"
1:7 assign "="
1:9 template_start "\\"a\${"
1:13 identifier "b"
1:14 template_end "}\\""
1:16 newline "\\n"
2:1 int "9007199254740993"
2:17 end_of_file
`);
  });

  it("have offsets as JSON", () => {
    expect(tokensJson(tokens)).toMatchObject({
      0: { kind: "let", text: "let", span: { start: 0, end: 3, line: 1, column: 1 } },
      6: { kind: "newline", text: "\n", span: { start: 15, end: 16, line: 1, column: 16 } },
    });
  });
});
