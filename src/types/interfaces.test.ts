import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

const declarations = `interface Named {
  fn name(self) -> string
}
interface Loud {
  fn shout(self, n: int) -> string
}
interface Shelf {
  type Item
  fn get(self, i: int) -> Item
  fn put(self, v: Item) -> nil
}
interface Giver {
  type Out = int
  fn give(self) -> Out
}
struct Dog { n: string }
impl Dog {
  fn name(self) -> string { return self.n }
  fn shout(self, n: int) -> string { return "w" }
}
struct Cat { n: string }
impl Cat {
  fn name(self) -> int { return 1 }
}
struct Cow { n: string }
impl Cow {
  fn name(self, x: int) -> string { return "" }
  fn shout(self, n: string) -> string { return n }
}
struct Ints { n: int }
impl Ints {
  fn get(self, i: int) -> int { return i }
  fn put(self, v: int) -> nil { return nil }
  fn give(self) -> int { return 1 }
}
struct Mixed { n: int }
impl Mixed {
  fn get(self, i: int) -> int { return i }
  fn put(self, v: string) -> nil { return nil }
  fn give(self) -> string { return "" }
}
fn named(x: Named) -> string { return x.name() }
fn bounded<T>(x: T) -> string where T: Named { return x.name() }
fn both<T>(x: T) -> string where T: Named, T: Loud { return x.name() + x.shout(1) }
fn filled<S>(s: S) where S: Shelf { s.get(0) }
fn given<G>(g: G) where G: Giver { g.give() }
fn each_of<T>(xs: list<T>) where T: Named { for x in xs { log(x.name()) } }
`;

/** The finding of one call, without its place. */
function verdict(call: string): string {
  const [line = ""] = findings(`${declarations}pipeline p(t) {\n ${call}\n}`);
  return line.slice(line.indexOf(" ") + 1);
}

describe("a struct satisfies an interface by its methods", () => {
  test.each([
    'named(Dog {n: "a"})',
    'bounded(Dog {n: "a"})',
    'both(Dog {n: "a"})',
    "filled(Ints {n: 1})",
    "given(Ints {n: 1})",
    'each_of([Dog {n: "a"}])',
    "each_of([])",
    'let _n: Named = Dog {n: "a"}',
    'let _n: list<Named> = [Dog {n: "a"}]',
    "bounded(t)",
  ])("%s", (call) => {
    expect(verdict(call)).toBe("");
  });
});

describe("what stands against it is named", () => {
  test.each([
    [
      'bounded(Cat {n: "c"})',
      "Type 'Cat' does not satisfy interface 'Named': method 'name' returns 'int', expected 'string'",
    ],
    ['bounded(Cow {n: "c"})', "method 'name' has 1 parameter(s), expected 0"],
    ['both(Cow {n: "c"})', "Type 'Cow' does not satisfy interface 'Named'"],
    ["bounded(1)", "Type 'int' does not satisfy interface 'Named': missing method(s): name"],
    ["filled(Mixed {n: 1})", "associated type 'Item' resolves to 'string', expected 'int'"],
    ["given(Mixed {n: 1})", "associated type 'Out' resolves to 'string', expected 'int'"],
    ['each_of([Cat {n: "c"}])', "Type 'Cat' does not satisfy interface 'Named'"],
    ['named(Cat {n: "c"})', "argument 1 `x`: expected Named, found Cat"],
    ["let _n: Named = 1", "let binding `_n`: expected Named, found int"],
  ])("%s", (call, message) => {
    expect(verdict(call)).toContain(message);
  });
});

describe("associated types", () => {
  const store = `interface Store {
  type Item
  fn get(self) -> Item
  fn all(self) -> list<Item>
}
struct Even { n: int }
impl Even {
  fn get(self) -> int { return 1 }
  fn all(self) -> list<int> { return [1] }
}
struct Odd { n: int }
impl Odd {
  fn get(self) -> int { return 1 }
  fn all(self) -> list<string> { return [] }
}
fn held<S>(s: S) where S: Store { log(s) }
fn any_of(s: Store) { log(s) }
`;

  it("are one type in all methods, in their parts too", () => {
    expect(findings(`${store}held(Even {n: 1})\nany_of(Even {n: 1})\n`)).toEqual([]);
    expect(findings(`${store}held(Odd {n: 1})\nany_of(Odd {n: 1})\n`)).toEqual([
      "error:TYP-015@18 Type 'Odd' does not satisfy interface 'Store': type parameter 'Item' was inferred as both int and string (required by constraint `where S: Store`)",
      "error:TYP-006@19 argument 1 `s`: expected Store, found Odd",
    ]);
  });
});

describe("inside a generic function", () => {
  it("a method of any of the bounds is known", () => {
    expect(codes(declarations)).toEqual([]);
  });

  it("a method of none of them is not", () => {
    const text = `${declarations}fn f<T>(x: T) where T: Named, T: Loud {\n x.name()\n x.shout(1)\n x.bark()\n}`;
    expect(findings(text)).toEqual([
      "warning:NAM-005@51 Method 'bark' not found in interface 'Named' (constraint on 'T')",
    ]);
  });
});
