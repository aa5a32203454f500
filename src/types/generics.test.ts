import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

const declarations = [
  "struct Box<T> { v: T }",
  "struct Two<A, B> { a: A, b: B }",
  "enum Opt<T> { Some(v: T), None }",
  "enum Either<L, R> { Left(l: L), Right(r: R) }",
  "fn id<T>(x: T) -> T { return x }",
  "fn pair<A, B>(a: A, b: B) -> Two<A, B> { return Two {a: a, b: b} }",
  "fn first_of<T>(xs: list<T>) -> T? { return xs[0] }",
  "fn same<T>(a: T, b: T) -> T { return a }",
  "fn mapped<T, U>(xs: list<T>, f: fn(T) -> U) -> list<U> { return [f(xs[0])] }",
  "fn unbox<T>(b: Box<T>) -> T { return b.v }",
  "fn opened<T>(r: Result<T, string>, fallback: T) -> T { return fallback }",
].join("\n");

/** What the checker takes an expression for. */
function typeOf(expression: string): string {
  const [line = "nothing"] = findings(`${declarations}\nfn f(x) {\n let _t: never = ${expression}\n}`);
  return line.slice(line.indexOf("found ") + 6);
}

describe("type parameters are found from the arguments", () => {
  test.each([
    ["id(1)", "int"],
    ["id<string>(x)", "string"],
    ['pair(1, "a")', "Two<int, string>"],
    ['pair(1, "a").b', "string"],
    ["first_of([1, 2])", "int?"],
    ["same(1, 2.5)", "float"],
    ['mapped([1], { n: int -> "a" })', "list<string>"],
    ["unbox(Box {v: 1})", "int"],
    ["Box {v: Box {v: 1}}.v", "Box<int>"],
    ["Opt.Some(1)", "Opt<int>"],
    ['Either.Left("a")', "Either<string, _>"],
    ["opened(Ok(1), 2)", "int"],
  ])("%s is %s", (expression, type) => {
    expect(typeOf(expression)).toBe(type);
  });
});

describe("what was found is kept", () => {
  test.each([
    ['let _b: Box<int> = Box {v: "x"}', "TYP-007"],
    ['let _o: Opt<int> = Opt.Some("x")', "TYP-007"],
    ['let _e: Either<int, string> = Either.Left("x")', "TYP-007"],
    ['let _t: Two<int, int> = pair(1, "x")', "TYP-007"],
    ['let _l: list<Box<int>> = [Box {v: "s"}]', "TYP-007"],
    ['log(same(1, "x"))', "TYP-006"],
    ["log(id<string>(1))", "TYP-006"],
    ["log(id<int, int>(1))", "TYP-013"],
    ["log(len<int>([]))", "TYP-011"],
  ])("%s", (statement, code) => {
    expect(codes(`${declarations}\npipeline p(t) {\n ${statement}\n}`)).toContain(`error:${code}@13`);
  });

  test.each([
    "let _b: Box<int> = Box {v: 1}",
    "let _n: Opt<int> = Opt.None",
    "let _e: Either<int, string> = Either.Left(1)",
    "let _l: list<Box<int>> = [Box {v: 1}, Box {v: 2}]",
    "let _b: Box = Box {v: 1}",
    "let _i: int = id(id(1))",
    "let _f: Box<float> = Box {v: 1.5}",
  ])("and no more: %s", (statement) => {
    expect(codes(`${declarations}\npipeline p(t) {\n ${statement}\n}`)).toEqual([]);
  });
});

describe("a generic enum", () => {
  it("has to be matched whole", () => {
    const text = `${declarations}\nfn f<T>(o: Opt<T>) -> bool {\n match o {\n  Opt.Some(_) -> { return true }\n }\n}`;
    expect(findings(text)).toEqual(['error:MAT-001@13 Non-exhaustive match on enum Opt: missing variants "None"']);
  });
});

describe("a function as an argument", () => {
  const takers =
    "fn call2(f: fn(int, int) -> int) -> int { return f(1, 2) }\nfn call1(f: fn(int) -> int) -> int { return f(1) }\nfn one(x: int) -> int { return x }\nfn two(x: int, y: int = 5) -> int { return x + y }\nfn many(...xs: int) -> int { return 1 }";

  test.each([
    "call2(two)",
    "call1(two)",
    "call1(many)",
    "call2(many)",
    "call2({ x, y -> 1 })",
    "call1({ x: int, y: int = 2 -> 1 })",
  ])("takes what it will be given: %s", (call) => {
    expect(codes(`${takers}\npipeline p(t) { log(${call}) }`)).toEqual([]);
  });

  test.each(["call2(one)", "call1({ x: int, y: int -> 1 })", "call2({ x: int -> 1 })"])(
    "or fails at every call: %s",
    (call) => {
      expect(codes(`${takers}\npipeline p(t) { log(${call}) }`)).toEqual(["error:TYP-006@6"]);
    },
  );
});

describe("variance", () => {
  it("of a declaration decides what fits where", () => {
    const text =
      "type Source<out T> = fn() -> T\ntype Sink<in T> = fn(T) -> nil\nenum Crate<out T> { Full(v: T), Empty }\nfn f(a: Source<int>, b: Source<float>, c: Sink<int>, d: Sink<float>, e: Crate<int>, g: Crate<float>) {\n let _1: Source<float> = a\n let _2: Source<int> = b\n let _3: Sink<float> = c\n let _4: Sink<int> = d\n let _5: Crate<float> = e\n let _6: Crate<int> = g\n}";
    expect(codes(text)).toEqual(["error:TYP-007@6", "error:TYP-007@7", "error:TYP-007@10"]);
  });

  it("of the language's own types", () => {
    const text =
      "fn f(a: list<int>, b: dict<string, int>, c: iter<int>, d: Result<int, string>, e: Stream<int>, g: fn(float) -> int) {\n let _1: list<float> = a\n let _2: dict<string, float> = b\n let _3: iter<float> = c\n let _4: Result<float, string> = d\n let _5: Stream<float> = e\n let _6: fn(int) -> float = g\n}";
    expect(findings(text)).toEqual([
      "error:TYP-007@2 let binding `_1`: expected list<float>, found list<int> (list element expected float, found int)",
      "error:TYP-007@3 let binding `_2`: expected dict<string, float>, found dict<string, int> (dict value expected float, found int)",
    ]);
  });

  test.each([
    ["type T<out A> = fn(A) -> nil", "contravariant position in type alias 'T'"],
    ["type T<in A> = fn() -> A", "covariant position in type alias 'T'"],
    ["type T<out A> = list<A>", "invariant position in type alias 'T'"],
    ["interface I<in A> {\n fn get(self) -> A\n}", "covariant position in interface 'I'"],
    ["struct S<in A> { v: A }", "position in struct 'S'"],
    ["enum E<in A> { V(a: A) }", "position in enum 'E'"],
  ])("is held to by the declaration: %s", (text, place) => {
    const [finding = ""] = findings(text);
    expect(finding).toMatch(/^error:TYP-012/);
    expect(finding).toContain(place);
  });

  test.each([
    "type T<out A> = fn(fn(A) -> nil) -> nil",
    "type T<out A> = iter<A>",
    "type T<out A> = Result<A, string>",
    "interface I<out A> {\n fn get(self) -> A\n}",
    "enum E<out A> { V(a: A) }",
  ])("is left alone where it holds: %s", (text) => {
    expect(codes(text)).toEqual([]);
  });
});
