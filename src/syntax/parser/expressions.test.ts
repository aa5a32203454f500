import { describe, expect, it } from "vitest";
import { errorsOf, expressionOf, programOf, shape, shapeOf, statementsOf } from "../testing/parse-text.ts";

describe("precedence", () => {
  it.each([
    ["1 + 2 * 3", "(+ 1 (* 2 3))"],
    ["1 * 2 + 3", "(+ (* 1 2) 3)"],
    ["1 - 2 - 3", "(- (- 1 2) 3)"],
    ["2 ** 3 ** 2", "(** 2 (** 3 2))"],
    ["-2 ** 2", "(** (- 2) 2)"],
    ["2 ** -1", "(** 2 (- 1))"],
    ["!a && b", "(&& (! a) b)"],
    ["!!-a.b", "(! (! (- (.b a))))"],
    ["a + b ?? c", "(+ a (?? b c))"],
    ["a ?? b * c", "(?? a (* b c))"],
    ["a || b && c", "(|| a (&& b c))"],
    ["a == b < c", "(== a (< b c))"],
    ["1 < 2 < 3", "(< (< 1 2) 3)"],
    ["a in b == c", "(== (in a b) c)"],
    ["a not in b && c", "(&& (not in a b) c)"],
    ["1 to n - 1", "(to 1 (- n 1))"],
    ["1 to 5 exclusive", "(to-exclusive 1 5)"],
    ["a |> b |> c", "(|> (|> a b) c)"],
    ["1 to 3 |> sum", "(|> (to 1 3) sum)"],
    ["x |> c ? a : b", "(|> x (? c a b))"],
    ["a ? b : c ? d : e", "(? a b (? c d e))"],
    ["a ? b ? c : d : e", "(? a (? b c d) e)"],
    ["a || b ? c : d", "(? (|| a b) c d)"],
    ["c ? 1 : 2 to 3", "(to (? c 1 2) 3)"],
    ["(a, b)", undefined],
    ["(1 + 2) * 3", "(* (+ 1 2) 3)"],
    ["try* f(x) ?? y", "(?? (try* (call f x)) y)"],
    ["- - 1", "(- (- 1))"],
  ])("%s", (text, expected) => {
    if (expected === undefined) expect(errorsOf(`let it = ${text}`)).not.toEqual([]);
    else expect(shapeOf(text)).toBe(expected);
  });

  it("takes no second range", () => {
    expect(errorsOf("let x = 1 to 3 == 1 to 3")).toEqual([
      "1:21 expected top-level item separator (`;` or newline), found to",
    ]);
  });
});

describe("lines", () => {
  it.each(["|>", "||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "*", "/", "%", "**", "??"])(
    "%s may lead or trail",
    (operator) => {
      const whole = shapeOf(`a ${operator} b`);
      expect(shapeOf(`a\n  ${operator} b`)).toBe(whole);
      expect(shapeOf(`a ${operator}\n  b`)).toBe(whole);
    },
  );

  it("may break before members and around ternaries", () => {
    expect(shapeOf("a\n  .b\n  ?.c()\n  .d")).toBe("(.d (?.c() (.b a)))");
    expect(shapeOf("a\n  ? b\n  : c")).toBe("(? a b c)");
    expect(shapeOf("a ?\n  b :\n  c")).toBe("(? a b c)");
    expect(shapeOf("a \\\n  - b")).toBe("(- a b)");
  });

  it("that start with these begin a statement", () => {
    expect(statementsOf("a\n-b")).toHaveLength(2);
    expect(statementsOf("a\n(b)")).toHaveLength(2);
    expect(statementsOf("a\n[b]")).toHaveLength(2);
    expect(statementsOf("x -\nb")).toHaveLength(1);
    expect(statementsOf("x in\nb")).toHaveLength(1);
    expect(errorsOf("a\nin b")).toHaveLength(1);
    expect(errorsOf("a\nto b")).toHaveLength(1);
    expect(errorsOf("a\nnot in b")).toEqual([]);
  });

  it("do not continue in parentheses either", () => {
    expect(errorsOf("let a = (10\n  - 5)")).toEqual(["2:3 expected ), found -"]);
  });
});

describe("calls and members", () => {
  it.each([
    ["f()", "(call f)"],
    ["f(1, 2,)", "(call f 1 2)"],
    ["f(1 2)", "(call f 1 2)"],
    ["f(\n  1\n  2\n)", "(call f 1 2)"],
    ["f(...xs, 1)", "(call f ...xs 1)"],
    ["f(1e3)", "(call f 1 e3)"],
    ["g(f(1)(2))", "(call g (call f 1) 2)"],
    ["f<int, list<string>>(x)", "(call f x)"],
    ["f<fn(int) -> {a?: int}>(x)", "(call f x)"],
    ["a.b(1).c", "(.c (.b() a 1))"],
    ["a?.b?.c(1)", "(?.c() (?.b a) 1)"],
    ["a.type.match.skill", "(.skill (.match (.type a)))"],
    ["a.ask_user(1)", "(.ask_user() a 1)"],
    ["xs[0][1:2][:3][4:][:]", "([:] ([:] ([:] ([:] ([] xs 0) 1 2) _ 3) 4 _) _ _)"],
    ["xs?[0]", "(?[] xs 0)"],
    ["42.foo", "(.foo 42)"],
    ["(f)(1)", "(call f 1)"],
    ['ask_user("q", timeout: 5s)', '(ask_user "q" timeout:5s)'],
    ["dual_control(n: 2, m: 3 action: f)", "(dual_control n:2 m:3 action:f)"],
  ])("%s", (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });

  it("keeps type arguments", () => {
    expect(expressionOf("f<int, string?>(x)")).toMatchObject({
      kind: "call",
      typeArguments: [{ kind: "named-type" }, { kind: "optional-type" }],
    });
  });

  it("knows comparisons from type arguments", () => {
    expect(shapeOf("f(a < b, c)")).toBe("(call f (< a b) c)");
    expect(shapeOf("f(a < b, c > d)")).toBe("(call f (< a b) (> c d))");
    expect(shapeOf("[i < n, (j) > (k)]")).toBe("[(< i n) (> j k)]");
    expect(shapeOf("a < b")).toBe("(< a b)");
  });

  it("calls nothing but names and members", () => {
    expect(errorsOf("log(f(x)(1, 2))")).toEqual(["1:11 expected ), found ,"]);
    expect(errorsOf("log(xs[0](1,2))")).toEqual(["1:12 expected ), found ,"]);
    expect(errorsOf("let y = f(x)(2)")).toEqual(["1:13 expected top-level item separator (`;` or newline), found ("]);
  });

  it("has no trailing closures", () => {
    expect(errorsOf("xs.map { x -> x }")).toHaveLength(1);
  });
});

describe("?", () => {
  it.each([
    ["x?", "(unwrap x)"],
    ["f()?.b", "(?.b (call f))"],
    ["f(a?, b)", "(call f (unwrap a) b)"],
    ["x? + 1", "(+ (unwrap x) 1)"],
    ["x? ?? y", "(?? (unwrap x) y)"],
    ["a ? b : c", "(? a b c)"],
    ["a?b:c", "(? a b c)"],
    ["a ? -1 : !b", "(? a (- 1) (! b))"],
    ["a ? [1] : [2]", "(? a [1] [2])"],
    ["a ?[1] : [2]", "(? a [1] [2])"],
    ["a ? b?[k] : c", "(? a (?[] b k) c)"],
    ["xs[a?[0]:2]", "([:] xs (?[] a 0) 2)"],
    ["{k: a?[0]}", "{k:(?[] a 0)}"],
    ["a ? {b: 1} : {}", "(? a {b:1} {})"],
    ["a ? b? : c", "(? a (unwrap b) c)"],
  ])("%s", (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });

  it("at a line's end is an unwrap when it touches its operand", () => {
    expect(statementsOf("f()?\ng()")).toHaveLength(2);
    expect(shapeOf("[\n  f()?\n  g()?\n]")).toBe("[(unwrap (call f)) (unwrap (call g))]");
  });

  it("before the body of a header is an unwrap", () => {
    expect(errorsOf("if ready()? { log(1) }\nfor x in all()? { log(x) }\nmatch m? { _ -> { 1 } }")).toEqual([]);
  });
});

describe("brackets", () => {
  it.each([
    ["[]", "[]"],
    ["[1 2, 3,]", "[1 2 3]"],
    ["[...xs, 1]", "[...xs 1]"],
    ["{}", "{}"],
    ["{\n}", "{}"],
    ['{a: 1, "b c": 2, [k]: 3, ...d}', "{a:1 b c:2 [k]:3 ...d}"],
    ["{if: 1 return: 2\n  type: 3}", "{if:1 return:2 type:3}"],
    ["{ x -> x + 1 }", "(closure (x) (+ x 1))"],
    ["{ -> 1 }", "(closure () 1)"],
    ["{ a: int, b = {c: 1}, ...rest -> a }", "(closure (a b={c:1} ...rest) a)"],
    ["{a: { x -> x }}", "{a:(closure (x) x)}"],
    ["{ x -> {a: x} }", "(closure (x) {a:x})"],
    ["{ f: fn(int) -> int -> f }", "(closure (f) f)"],
    ["{a: f<fn(int) -> int>(x)}", "{a:(call f x)}"],
    ["fn(a, b = 2) { a }", "(fn (a b=2) a)"],
    ["P {}", "P{}"],
    ["P {x: 1, ...q}", "P{x:1 ...q}"],
    ['P {"x": 1}', "P{x:1}"],
    ["P {\n  x: 1\n  y: 2\n}.x", "(.x P{x:1 y:2})"],
  ])("%s", (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });

  it("has no shorthand entries", () => {
    expect(errorsOf("let d = {a}")).toEqual(["1:11 expected :, found }"]);
  });

  it("starts a statement with a dict or a closure, never with a block", () => {
    expect(statementsOf("{a: 1}")).toMatchObject([{ kind: "expression", expression: { kind: "dict" } }]);
    expect(statementsOf("{ x -> x }")).toMatchObject([{ kind: "expression", expression: { kind: "closure" } }]);
  });

  it("gives a fn expression no return type and no type parameters", () => {
    expect(errorsOf("let f = fn(n: int) -> string { n }")).toEqual(["1:20 expected {, found ->"]);
    expect(errorsOf("let f = fn<T>(n) { n }")).toEqual(["1:11 expected (, found <"]);
  });

  it("wants a name of upper case before a struct's brace", () => {
    expect(errorsOf("let x = p {a: 1}")).toHaveLength(1);
  });
});

describe("headers", () => {
  it.each([
    "if READY { }",
    "while READY { }",
    "match Kind { }",
    "for x in Items { }",
    "if READY { } else { }",
    "if READY { }\n-x",
  ])("%s is a name and a body", (text) => {
    expect(errorsOf(text)).toEqual([]);
  });

  it("still take structs", () => {
    expect(errorsOf("if P {x: 1}.x { log(1) }\nif P {} == p { log(1) }\nmatch P {} { _ -> { 1 } }")).toEqual([]);
  });

  it("may start with parentheses and go on", () => {
    expect(errorsOf("while (a) && b { log(1) }\nif (a) && b { log(1) }")).toEqual([]);
  });
});

describe("strings", () => {
  it("replaces the known escapes and keeps others", () => {
    expect(expressionOf(String.raw`"\n\r\t\0\\\"\$\q\u1"`)).toMatchObject({ value: '\n\r\t\0\\"$\\q\\u1' });
  });

  it("takes raw text as it is", () => {
    expect(expressionOf(String.raw`r"\d${"${x}"}\"`)).toMatchObject({ value: "\\d${x}\\", quote: "raw" });
  });

  it("puts holes between texts, with spans into the source", () => {
    const text = 'let it = "a${b + 1}c${d}"';
    const expression = expressionOf('"a${b + 1}c${d}"');
    expect(shape(expression)).toBe('(str "a" (+ b 1) "c" d)');
    const parts = expression.kind === "interpolation" ? expression.parts : [];
    expect(parts.map(({ span }) => text.slice(span.start, span.end))).toEqual(["a", "${b + 1}", "c", "${d}"]);
    const [, hole] = parts;
    expect(hole?.kind === "hole" && text.slice(hole.expression.span.start, hole.expression.span.end)).toBe("b + 1");
  });

  it.each([
    ['"${"}"}"', '(str "}")'],
    ['"${"a${"b"}c"}"', '(str (str "a" "b" "c"))'],
    ['"${{a: 1}.a}"', "(str (.a {a:1}))"],
    ['"${\n  x\n}"', "(str x)"],
    ['"""${a}"""', "(str a)"],
  ])("holds %s", (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });

  it.each([
    ['"${}"', ["1:12 Unexpected character '}' at 1:12"]],
    ['"${1 2}"', ["1:14 expected }, found int(2)"]],
    ['"${1 +}"', ["1:15 expected expression, found }"]],
    ['"${x"', ["1:9 Unterminated string at 1:9", "1:13 Unterminated string at 1:13"]],
  ])("reports %s", (text, expected) => {
    expect(errorsOf(`let a = ${text}`)).toEqual(expected);
  });
});

describe("triple quotes", () => {
  function textOf(text: string): unknown {
    const expression = expressionOf(text);
    return expression.kind === "string" ? expression.value : shape(expression);
  }

  it.each([
    ['"""\n  a\n    b\n\n  c\n  """', "a\n  b\n\nc"],
    ['"""a\n  b"""', "a\n  b"],
    ['"""\na\n\n"""', "a\n"],
    ['"""\n\ta\n\tb"""', "a\nb"],
    ['"""\n"""', ""],
    ['""""""', ""],
    ['"""\n  \\${x} \\n\n"""', "${x} \\n"],
  ])("%j is dedented", (text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  it("dedents as one text, whatever holes it has", () => {
    expect(textOf('"""\n    hello ${n} world\n    ${n}\n\n      more ${n}\n    """')).toBe(
      '(str "hello " n " world\\n" n "\\n\\n  more " n)',
    );
  });

  it("counts a hole as text of its line", () => {
    expect(textOf('"""\n  ${a}\n    b\n"""')).toBe('(str a "\\n  b")');
  });

  it("keeps blanks around holes", () => {
    expect(textOf('"""\n  a ${b} \n  c"""')).toBe('(str "a " b " \\nc")');
  });
});

describe("literals", () => {
  it("makes ints of 64 bits, and floats beyond", () => {
    expect(expressionOf("9223372036854775807")).toMatchObject({ kind: "int", value: 9223372036854775807n });
    expect(expressionOf("9223372036854775808")).toMatchObject({ kind: "float", value: 2 ** 63 });
    expect(expressionOf(`${"0".repeat(50)}7`)).toMatchObject({ kind: "int", value: 7n });
    expect(expressionOf("9".repeat(1000))).toMatchObject({ kind: "float", value: Number.POSITIVE_INFINITY });
  });

  it("counts durations in milliseconds", () => {
    expect(expressionOf("2w")).toMatchObject({ kind: "duration", milliseconds: 1_209_600_000, lexeme: "2w" });
    expect(errorsOf("let d = 99999999999999999999s")).toEqual(["1:9 duration literal is too large"]);
  });
});

describe("spans", () => {
  it("cover each expression, parentheses around operands included", () => {
    const text = "let it = (a + b) * f(c)[0]";
    const product = expressionOf("(a + b) * f(c)[0]");
    if (product.kind !== "binary") throw new Error("not a product");
    const texts = [product, product.left, product.right].map(({ span }) => text.slice(span.start, span.end));
    expect(texts).toEqual(["(a + b) * f(c)[0]", "a + b", "f(c)[0]"]);
    expect(programOf(text).span).toEqual({ start: 0, end: text.length });
  });
});
