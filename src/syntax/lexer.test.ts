import { describe, expect, it } from "vitest";
import { Source } from "../text/index.ts";
import { lex } from "./lexer.ts";
import { errorsOf, tokensOf } from "./testing/parse-text.ts";
import { keywords } from "./token.ts";

function commentsOf(text: string): string[] {
  const { tokens } = lex(new Source("test.harn", text));
  return tokens.comments.map(({ style, start, end }) => `${style} ${text.slice(start, end)}`);
}

describe("words", () => {
  it("are identifiers or reserved", () => {
    expect(keywords).toHaveLength(51);
    expect(tokensOf("let lets _x x1 eval_pack")).toEqual([
      "let let",
      "identifier lets",
      "identifier _x",
      "identifier x1",
      "eval_pack eval_pack",
    ]);
  });

  it.each([
    "gen",
    "each",
    "settle",
    "with",
    "as",
    "stream",
    "not",
    "where",
    "out",
    "timeout",
    "default",
    "cost_route",
    "description",
  ])("%s is a plain name", (word) => {
    expect(tokensOf(word)).toEqual([`identifier ${word}`]);
  });

  it("may be of any script", () => {
    expect(tokensOf("größe 名前 \u{10400}x٣ _é")).toEqual([
      "identifier größe",
      "identifier 名前",
      "identifier \u{10400}x٣",
      "identifier _é",
    ]);
  });

  it("do not start with a digit of any script", () => {
    expect(errorsOf("let x = ٣")).toEqual(["1:9 Unexpected character '٣' at 1:9"]);
  });
});

describe("numbers", () => {
  it("are digits, or digits around a point", () => {
    expect(tokensOf("42 1.5 007")).toEqual(["int 42", "float 1.5", "int 007"]);
  });

  it("end before a member access", () => {
    expect(tokensOf("42.foo 1.")).toEqual(["int 42", "dot .", "identifier foo", "int 1", "dot ."]);
  });

  it("have no exponent, no base and no separators", () => {
    expect(tokensOf("1e3 0xff 1_000")).toEqual([
      "int 1",
      "identifier e3",
      "int 0",
      "identifier xff",
      "int 1",
      "identifier _000",
    ]);
  });

  it("with a unit are durations", () => {
    expect(tokensOf("5ms 5s 5m 5h 5d 5w")).toEqual(
      ["5ms", "5s", "5m", "5h", "5d", "5w"].map((text) => `duration ${text}`),
    );
  });

  it("before a longer word are not", () => {
    expect(tokensOf("5minutes 5s_ 5mß")).toEqual([
      "int 5",
      "identifier minutes",
      "int 5",
      "identifier s_",
      "int 5",
      "identifier mß",
    ]);
  });
});

describe("signs", () => {
  it("take the longest that fits", () => {
    expect(tokensOf("== != && || |> ?? ** ?. -> -= += *= /= %= <= >= ...").map((token) => token.split(" ")[1])).toEqual(
      "== != && || |> ?? ** ?. -> -= += *= /= %= <= >= ...".split(" "),
    );
    expect(tokensOf("= + - * / % < > ! ? : . , ; @ | & ( ) [ ] { }").map((token) => token.split(" ")[1])).toEqual(
      "= + - * / % < > ! ? : . , ; @ | & ( ) [ ] { }".split(" "),
    );
  });

  it("of other languages are refused, one report a line", () => {
    expect(errorsOf("let a = ~1 # no\nlet b = 'x'")).toEqual([
      "1:9 Unexpected character '~' at 1:9",
      "2:9 Unexpected character ''' at 2:9",
    ]);
    expect(errorsOf("let a = \u{1F600}")).toEqual(["1:9 Unexpected character '\u{1F600}' at 1:9"]);
  });
});

describe("strings", () => {
  it("end on their line", () => {
    expect(errorsOf('let a = "never closed\nlet b = 1')).toEqual(["1:9 Unterminated string at 1:9"]);
    expect(errorsOf('let a = r"never closed\nlet b = 1')).toEqual(["1:9 Unterminated string at 1:9"]);
    expect(errorsOf('let a = """never closed\n"')).toEqual(["1:9 Unterminated string at 1:9"]);
    expect(errorsOf('let a = "\\')).toEqual(["1:9 Unterminated string at 1:9"]);
  });

  it("are cut at their holes", () => {
    expect(tokensOf('"a${b}c${d}"')).toEqual([
      'template_start "a${',
      "identifier b",
      "template_middle }c${",
      "identifier d",
      'template_end }"',
    ]);
  });

  it("hold strings and braces in holes", () => {
    expect(tokensOf('"${"}"}"')).toEqual(['template_start "${', 'string "}"', 'template_end }"']);
    expect(tokensOf('"${f({a: "${1}"})}"').slice(-3)).toEqual(["right_brace }", "right_paren )", 'template_end }"']);
  });

  it("know an escaped hole from a hole", () => {
    expect(tokensOf('"\\${x}"')).toEqual(['string "\\${x}"']);
    expect(tokensOf('"""\\${x}"""')).toEqual(['triple_string """\\${x}"""']);
    expect(tokensOf('"$${x}"')[0]).toBe('template_start "$${');
    expect(tokensOf('"a$"')).toEqual(['string "a$"']);
  });

  it("take no escapes and no holes when raw", () => {
    expect(tokensOf('r"\\d+${x}\\"')).toEqual(['raw_string r"\\d+${x}\\"']);
    expect(tokensOf("r r2")).toEqual(["identifier r", "identifier r2"]);
  });

  it("in triple quotes hold lines and quotes", () => {
    expect(tokensOf('"""a\n"b" ""\n"""')).toEqual(['triple_string """a\n"b" ""\n"""']);
  });
});

describe("comments", () => {
  it("nest", () => {
    expect(tokensOf("a /* /* x */ y */ b")).toEqual(["identifier a", "identifier b"]);
    expect(errorsOf("let a = 1\n/* /* */ open")).toEqual(["2:1 Unterminated block comment at 2:1"]);
  });

  it("come in styles", () => {
    expect(commentsOf("// a\n/// b\n//// c\n/* d */\n/** e */\n/*** f */\n/**/\n///")).toEqual([
      "line // a",
      "doc-line /// b",
      "line //// c",
      "block /* d */",
      "doc-block /** e */",
      "block /*** f */",
      "block /**/",
      "doc-line ///",
    ]);
  });

  it("do not swallow the carriage return", () => {
    expect(commentsOf("// a\r\nx")).toEqual(["line // a"]);
  });

  it("may start a file with #! only", () => {
    expect(commentsOf("#!/usr/bin/env harn\nlet a = 1")).toEqual(["shebang #!/usr/bin/env harn"]);
    expect(errorsOf("let a = 1\n#!x")).toEqual(["2:1 Unexpected character '#' at 2:1"]);
  });
});

describe("blanks", () => {
  it("are spaces, tabs and carriage returns; a byte order mark may come first", () => {
    expect(tokensOf("\uFEFFa\t\r b")).toEqual(["identifier a", "identifier b"]);
    expect(errorsOf("let a\u00A0= 1")).toEqual(["1:6 Unexpected character '\u00A0' at 1:6"]);
  });

  it("mark the first token of a line, unless a backslash joins it to the one before", () => {
    const { tokens } = lex(new Source("test.harn", "a b\nc \\\nd \\\r\ne /*\n*/ f"));
    expect(Array.from({ length: tokens.count }, (_, index) => tokens.startsLine(index))).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});
