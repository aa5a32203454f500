import { describe, expect, it } from "vitest";
import { renderDiagnostics } from "../../diagnostics/index.ts";
import { errorsOf, parseText } from "../testing/parse-text.ts";

function kindsOf(text: string): string[] {
  return parseText(text).program.items.map((item) => item.kind);
}

describe("several mistakes of one file", () => {
  it("are reported together", () => {
    const text = `pipeline main(task) {
  let x = )
  let y = 42
  if true then 1
  let z = [1, *, 2]
  return return 5
}
fn area({w, h}) {
  return w
}
let ok = 1
`;
    expect(errorsOf(text)).toEqual([
      "2:11 expected expression, found )",
      "4:11 expected {, found id(then)",
      "5:15 expected expression, found *",
      "6:10 expected expression, found return",
      "8:9 expected parameter name, found {",
    ]);
    expect(kindsOf(text)).toEqual(["pipeline", "binding"]);
  });

  it("leave the statements around them in the tree", () => {
    const { program } = parseText("fn f() {\n  a\n  let = 1\n  b\n}");
    expect(program.items[0]).toMatchObject({ body: { statements: [{}, {}] } });
  });

  it("keep a statement that only lacks its separator", () => {
    expect(kindsOf("let a = 1 2\nlet b = 2")).toEqual(["binding", "binding"]);
  });

  it("resume after what a broken construct holds", () => {
    expect(errorsOf("match x {\n  1 -> 2\n  _ -> { 3 }\n}\nlet y = )\n")).toEqual([
      "2:8 expected {, found int(2)",
      "5:9 expected expression, found )",
    ]);
    expect(errorsOf("let d = {\n  a: 1\n  b\n}\nlet y = )\n")).toEqual([
      "4:1 expected :, found }",
      "5:9 expected expression, found )",
    ]);
  });

  it("resume at a line that begins a statement when a bracket was forgotten", () => {
    expect(errorsOf("let d = f(1,\n  2\nlet y = )\nlet z = 1")).toEqual([
      "3:1 expected ), found let",
      "3:9 expected expression, found )",
    ]);
    expect(errorsOf("let u = [1, 2\nreturn x")).toEqual(["2:1 expected ], found return"]);
    expect(kindsOf("let d = {\n  a: 1\nlet y = 1\nlet z = 1")).toEqual(["binding", "binding"]);
  });

  it("include those of the lexer, which cause no others", () => {
    expect(errorsOf('let a = 5 # 3\nlet b = "open\nlet c = )')).toEqual([
      "1:11 Unexpected character '#' at 1:11",
      "2:9 Unterminated string at 2:9",
      "3:9 expected expression, found )",
    ]);
    expect(errorsOf("fn f() {\n  a /* open\n}")).toEqual(["2:5 Unterminated block comment at 2:5"]);
    expect(errorsOf('fn f() {\n  """open\n}')).toEqual(["2:3 Unterminated string at 2:3"]);
  });
});

describe("the end of the file", () => {
  it("inside a construct is reported once", () => {
    expect(errorsOf("pipeline main(task) {\n  if true {\n    log(1)\n}\n")).toEqual([
      "5:1 unexpected end of file, expected }",
    ]);
    expect(errorsOf("let x =")).toEqual(["1:8 unexpected end of file, expected expression"]);
    expect(errorsOf("f(")).toEqual(["1:3 unexpected end of file, expected )"]);
    expect(errorsOf("@a")).toHaveLength(1);
  });
});

describe("stray closers", () => {
  it("are reported and skipped", () => {
    expect(errorsOf("}\nlet a = 1")).toEqual(["1:1 expected expression, found }"]);
    expect(kindsOf("let a = 1\n}\n}\nlet b = 2")).toEqual(["binding", "binding"]);
    expect(errorsOf("fn f() { ) }\nlet b = )")).toHaveLength(2);
  });
});

describe("texts", () => {
  it.each([
    ["let x = 1 then", "id(then)"],
    ['let x = 1 "a\\n"', "str(a\n)"],
    ['let x = 1 "${a}"', "istr(...)"],
    ['let x = 1 r"a"', "rstr(a)"],
    ["let x = 1 2", "int(2)"],
    ["let x = 1 2.50", "float(2.50)"],
    ["let x = 1 5s", "duration(5000ms)"],
    ["let x = 1 while", "while"],
    ["let x = 1 )", ")"],
  ])("%j names what it found", (text, found) => {
    expect(errorsOf(text)).toEqual([`1:11 expected top-level item separator (\`;\` or newline), found ${found}`]);
  });

  it("tell a heredoc from a comparison", () => {
    expect(errorsOf("let x = <<EOF")[0]).toContain("found `<<` heredoc-like syntax");
  });

  it("render with place, label and help", () => {
    expect(renderDiagnostics(parseText("let x = f(1,\nlet y = 2").diagnostics)).toBe(
      `error[HARN-PAR-001]: expected ), found let
  --> test.harn:2:1
   |
 2 | let y = 2
   | ^^^ unexpected token
   = help: add a closing \`)\` to finish this expression or parameter list
`,
    );
  });

  it("have a plain form for surfaces without frames", () => {
    expect(parseText("let x = )").diagnostics[0]?.plain).toBe("Expected expression, got ) at 1:9");
    expect(parseText("let x =").diagnostics[0]?.plain).toBe("Unexpected end of file, expected expression");
  });
});
