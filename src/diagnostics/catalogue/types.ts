import { type CodeEntry, entry, reserved } from "./entry.ts";

const mismatch =
  "Convert the value (`to_int`, `to_float`, `to_string`), give `nil` a default with `??`, or correct the annotation.";

/** The type checker. Examples are programs that the tests check. */
export const typeCodes: readonly CodeEntry[] = [
  reserved(
    "TYP-001",
    "two types do not fit together",
    "Mismatches are reported where they arise: at returns, assignments, arguments, initialisers and fields.",
    "TYP-004",
    "TYP-005",
    "TYP-006",
    "TYP-007",
    "TYP-009",
  ),
  entry(
    "TYP-002",
    "an operator is not defined for these types",
    "Arithmetic wants numbers; `+` also joins two strings, two lists or two dicts, and `*` repeats a string. Comparing values of unlike types is a warning: the answer is always the same.",
    { wrong: "let a = 5 - true\n\nlog(a)\n", right: "let a = 5 - 1\n\nlog(a)\n", related: ["TYP-003"] },
  ),
  entry(
    "TYP-003",
    "text is joined with a value that is no text",
    "Interpolation shows any value, `+` only joins texts. `harn lint --fix` rewrites it.",
    { wrong: 'let n = 3\n\nlog("n is " + n)\n', right: 'let n = 3\n\nlog("n is ${n}")\n', related: ["TYP-002"] },
  ),
  entry("TYP-004", "a returned or emitted value does not fit the declared type", mismatch, {
    wrong: 'pub fn size() -> int {\n  return "three"\n}\n',
    right: "pub fn size() -> int {\n  return 3\n}\n",
  }),
  entry("TYP-005", "an assigned value does not fit the variable", mismatch, {
    wrong: 'var n: int = 1\n\nn = "two"\nlog(n)\n',
    right: "var n: int = 1\n\nn = 2\nlog(n)\n",
  }),
  entry("TYP-006", "an argument does not fit its parameter", mismatch, {
    wrong: 'fn double(n: int) -> int {\n  return n * 2\n}\n\nlog(double("two"))\n',
    right: "fn double(n: int) -> int {\n  return n * 2\n}\n\nlog(double(2))\n",
  }),
  entry("TYP-007", "an initial value does not fit the annotation", mismatch, {
    wrong: 'let n: int = "one"\n\nlog(n)\n',
    right: "let n: int = 1\n\nlog(n)\n",
  }),
  reserved(
    "TYP-008",
    "a closure returns what it did not declare",
    "Closures have no declared result; functions have.",
    "TYP-004",
  ),
  entry("TYP-009", "a field does not fit the struct", `${mismatch} A field that is left out is a warning.`, {
    wrong: 'struct Point {\n  x: int\n}\n\nlog(Point {x: "one"})\n',
    right: "struct Point {\n  x: int\n}\n\nlog(Point {x: 1})\n",
  }),
  reserved(
    "TYP-010",
    "a method's receiver or result does not fit",
    "Arguments of methods are checked as those of functions are.",
    "TYP-006",
    "NAM-005",
  ),
  entry(
    "TYP-011",
    "type arguments for something that takes none",
    "Leave the `<…>` out, or declare the function with type parameters.",
    {
      wrong: "fn same(n: int) -> int {\n  return n\n}\n\nlog(same<int>(1))\n",
      right: "fn same<T>(n: T) -> T {\n  return n\n}\n\nlog(same<int>(1))\n",
      related: ["TYP-013"],
    },
  ),
  entry(
    "TYP-012",
    "a type parameter is used against its variance",
    "`out T` may only come out (results, fields), `in T` may only go in (parameters). Drop the word, or use the parameter on the other side.",
    {
      wrong: "interface Source<out T> {\n  fn put(value: T) -> nil\n}\n\nlog(1)\n",
      right: "interface Source<out T> {\n  fn take() -> T\n}\n\nlog(1)\n",
    },
  ),
  entry(
    "TYP-013",
    "the wrong number of type arguments",
    "Give one for each type parameter, or none: they are inferred.",
    {
      wrong: "fn pair_up<A, B>(a: A, b: B) -> list {\n  return [a, b]\n}\n\nlog(pair_up<int>(1, 2))\n",
      right: "fn pair_up<A, B>(a: A, b: B) -> list {\n  return [a, b]\n}\n\nlog(pair_up<int, int>(1, 2))\n",
      related: ["TYP-011"],
    },
  ),
  reserved(
    "TYP-014",
    "a declaration has the wrong number of type parameters",
    "Reported where the declaration is used.",
    "TYP-013",
  ),
  entry(
    "TYP-015",
    "a type does not keep the promise of a `where`",
    "The message says which method is missing or differs. Add it in an `impl`, or pass another type.",
    {
      wrong:
        "interface Named {\n  fn name(self) -> string\n}\n\nstruct Stone {\n  weight: int\n}\n\nfn greet<T>(thing: T) -> string where T: Named {\n  return thing.name()\n}\n\nlog(greet(Stone {weight: 1}))\n",
      right:
        'interface Named {\n  fn name(self) -> string\n}\n\nstruct Stone {\n  weight: int\n}\n\nimpl Stone {\n  fn name(self) -> string {\n    return "stone"\n  }\n}\n\nfn greet<T>(thing: T) -> string where T: Named {\n  return thing.name()\n}\n\nlog(greet(Stone {weight: 1}))\n',
      related: ["NAM-005"],
    },
  ),
  reserved("TYP-016", "a loop over what has no elements", "An error when the loop runs, with the type of the value."),
  reserved(
    "TYP-017",
    "a subscript of the wrong type",
    "An error when it is evaluated, with the type of the subscript.",
  ),
  reserved(
    "TYP-018",
    "a call of what cannot be called",
    "Found as an unknown call target, or as an error when the call runs.",
    "NAM-002",
  ),
  reserved(
    "TYP-019",
    "a cast that cannot be proved",
    "Harn has no unchecked casts: `schema_expect` checks a value and gives it its type.",
    "OWN-004",
  ),
  entry(
    "TYP-020",
    "a struct literal of a type that nobody declares",
    "Correct the name, declare the struct, or import it.",
    { wrong: "log(Pont {x: 1})\n", right: "struct Pont {\n  x: int\n}\n\nlog(Pont {x: 1})\n" },
  ),
  reserved("TYP-021", "a variant where it cannot stand", "Unknown variants are reported by name.", "TYP-023"),
  reserved(
    "TYP-022",
    "a struct literal that is wrong as a whole",
    "Its fields are reported one by one.",
    "TYP-009",
    "NAM-004",
  ),
  entry("TYP-023", "an enum has no such variant", "Correct the name, or add the variant to the enum.", {
    wrong: "enum Light {\n  Red\n  Green\n}\n\nlog(Light.Blue)\n",
    right: "enum Light {\n  Red\n  Green\n}\n\nlog(Light.Green)\n",
    related: ["MAT-001"],
  }),
  reserved(
    "TYP-024",
    "a pattern that does not fit its value",
    "Patterns of another type are reported in `match`.",
    "MAT-003",
  ),
  entry(
    "TYP-025",
    "a property of something that may be nil",
    "Test it first, reach through it with `?.`, or give it a default with `??`.",
    {
      wrong: "struct Point {\n  x: int\n}\n\nfn first(p: Point?) {\n  return p.x\n}\n\nlog(first(nil))\n",
      right: "struct Point {\n  x: int\n}\n\nfn first(p: Point?) {\n  return p?.x\n}\n\nlog(first(nil))\n",
      related: ["LNT-051"],
    },
  ),
  entry(
    "TYP-101",
    "a function that promises a result and can end without one",
    "A `fn` gives what it returns, and nil when it ends without `return`; closures, tools and pipelines give their last value. Say `return` on every way to the end, or promise `T | nil`.",
    {
      wrong: 'fn greeting(name: string) -> string {\n  "Hello, ${name}"\n}\n\nlog(greeting("Ada"))\n',
      right: 'fn greeting(name: string) -> string {\n  return "Hello, ${name}"\n}\n\nlog(greeting("Ada"))\n',
      related: ["TYP-004"],
    },
  ),
  entry(
    "TYP-102",
    "methods of a type that is no struct",
    "Structs alone have methods of their own: those of an enum, of an alias or of an unknown name are never found.",
    {
      wrong:
        'enum Tide {\n  Ebb\n  Flow\n}\n\nimpl Tide {\n  fn name(self) {\n    return "tide"\n  }\n}\n\nlog(Tide.Ebb)\n',
      right:
        'enum Tide {\n  Ebb\n  Flow\n}\n\nfn name_of(_tide: Tide) {\n  return "tide"\n}\n\nlog(name_of(Tide.Ebb))\n',
    },
  ),
  entry(
    "TYP-103",
    "a method that no value of the type has",
    "Texts, lists, sets, iterators and the handles of `harness` have the methods of their kind and no others; numbers have none. The call fails whenever it is reached.",
    {
      wrong: 'log("tide".uppercas())\n',
      right: 'log("tide".uppercase())\n',
    },
  ),
];

export const matchCodes: readonly CodeEntry[] = [
  entry(
    "MAT-001",
    "a match leaves cases out",
    "The message names them. Add an arm for each, or `_ ->` for the rest. A value that no arm fits is an error when it runs.",
    {
      wrong:
        'enum Light {\n  Red\n  Green\n}\n\nfn word(light: Light) -> string {\n  return match light {\n    Light.Red -> { "stop" }\n  }\n}\n\nlog(word(Light.Red))\n',
      right:
        'enum Light {\n  Red\n  Green\n}\n\nfn word(light: Light) -> string {\n  return match light {\n    Light.Red -> { "stop" }\n    Light.Green -> { "go" }\n  }\n}\n\nlog(word(Light.Red))\n',
    },
  ),
  reserved("MAT-002", "two arms with one pattern", "Found by the linter.", "LNT-037"),
  entry(
    "MAT-003",
    "a pattern of another type than its value",
    "It can never fit. Or-patterns take literals only: give the others an arm of their own.",
    {
      wrong:
        'fn word(n: int) -> string {\n  return match n {\n    "one" -> { "text" }\n    _ -> { "other" }\n  }\n}\n\nlog(word(1))\n',
      right:
        'fn word(n: int) -> string {\n  return match n {\n    1 -> { "one" }\n    _ -> { "other" }\n  }\n}\n\nlog(word(1))\n',
    },
  ),
];

export const ownershipCodes: readonly CodeEntry[] = [
  entry(
    "OWN-001",
    "a `let` is assigned to",
    "`let` never changes: running the assignment is an error. Declare the variable with `var`.",
    { wrong: "let n = 1\n\nn = 2\nlog(n)\n", right: "var n = 1\n\nn = 2\nlog(n)\n", related: ["LNT-018"] },
  ),
  reserved("OWN-002", "a `var` that never changes", "Found by the linter.", "LNT-018"),
  entry(
    "OWN-003",
    "an owned value leaves its function by name",
    "Whoever has an `owned<T>` looks after it. Hand it on where it is made, or return a plain `T`.",
    {
      wrong:
        'fn keep(text: string) -> any {\n  let handle: owned<string> = text\n  return handle\n}\n\nlog(keep("a"))\n',
      right: 'fn keep(text: string) -> any {\n  return text\n}\n\nlog(keep("a"))\n',
    },
  ),
  entry(
    "OWN-004",
    "data from outside is used before it was checked",
    "Only with `[check] strict_types`. What a file, a model or another program sent has any shape: check it with `schema_expect`, or give it an annotated type, before reading parts of it.",
    { related: ["LNT-029"] },
  ),
];

export const recoveryCodes: readonly CodeEntry[] = [
  reserved(
    "RCV-001",
    "a rescue outside of a function",
    "`try` may stand anywhere; only `try*` needs a function.",
    "RCV-002",
  ),
  entry(
    "RCV-002",
    "`try*` outside of a function",
    "`try*` hands an error to the caller of the function around it, and at the top level there is none. Put it in a function, or use `try … catch`.",
    {
      wrong: "fn risky() {\n  return 1\n}\n\nlet a = try* risky()\n\nlog(a)\n",
      right:
        "fn risky() {\n  return 1\n}\n\nfn careful() {\n  let a = try* risky()\n  return a + 1\n}\n\nlog(careful())\n",
    },
  ),
  reserved("RCV-003", "a rescue that is wrong", "Reported by the parser.", "PAR-001"),
];

const constantExplanation =
  "A `const` is worked out before the program runs: literals, operators, other constants and a few pure builtins (`len`, `concat`, `join`, `min`, `max`, `abs`, `floor`, `ceil`, `round`, `lowercase`, `uppercase`, `trim` …). Use `let` for everything else.";

export const constantCodes: readonly CodeEntry[] = [
  entry("MET-001", "an expression that a `const` cannot have", constantExplanation, {
    wrong: "const items = [1].map({ x -> x })\n\nlog(items)\n",
    right: "let items = [1].map({ x -> x })\n\nlog(items)\n",
  }),
  reserved(
    "CST-001",
    "a `const` takes too many steps",
    `Literals, operators and a few functions have no loops, so none takes long. ${constantExplanation}`,
    "MET-001",
  ),
  reserved(
    "CST-002",
    "a `const` is nested too deeply",
    `The parser allows 64 levels, and says so first. ${constantExplanation}`,
    "MET-001",
    "PAR-001",
  ),
  entry(
    "CST-003",
    "a `const` reaches for the outside",
    `Files, the clock, the network and the like are there when a program runs, not before. ${constantExplanation}`,
    {
      wrong: 'const home = env("HOME")\n\nlog(home)\n',
      right: 'let home = harness.env.get("HOME")\n\nlog(home)\n',
      related: ["MET-001"],
    },
  ),
  entry("CST-004", "a `const` ends in an error", "Its value cannot be worked out: the message says what went wrong.", {
    wrong: "const ratio = 1 / 0\n\nlog(ratio)\n",
    right: "const ratio = 1 / 2\n\nlog(ratio)\n",
    related: ["MET-001"],
  }),
];
