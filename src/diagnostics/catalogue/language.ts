import { type CodeEntry, entry, reserved } from "./entry.ts";

export const parserCodes: readonly CodeEntry[] = [
  entry(
    "PAR-001",
    "something stands where it cannot",
    "The message says what was wanted there. Several mistakes of a file are reported at once; mending the first often mends the next.",
    { wrong: "let 5 = a\n", right: "let a = 5\n\nlog(a)\n" },
  ),
  entry("PAR-002", "the file ends too early", "A bracket, a block or a statement is still open.", {
    wrong: "fn open() {\n  log(1)\n",
    right: "fn open() {\n  log(1)\n}\n\nopen()\n",
  }),
  entry(
    "PAR-003",
    "a character that begins nothing",
    "Remove it, or put it in a text. An empty `${}` is reported here too.",
    { wrong: "let a = 1 ~ 2\n", right: "let a = 1 - 2\n\nlog(a)\n" },
  ),
  entry(
    "PAR-004",
    "a text without its closing quote",
    'Close it on its line; a text over several lines stands between `"""`.',
    { wrong: 'log("open)\n', right: 'log("closed")\n' },
  ),
  entry("PAR-005", "a comment without its end", "Block comments nest: every `/*` needs its `*/`.", {
    wrong: "log(1) /* open\n",
    right: "log(1) /* closed */\n",
  }),
];

const nearest = "The nearest name that exists is in the message. Correct it, declare it, or import it.";

export const namingCodes: readonly CodeEntry[] = [
  reserved("NAM-001", "a variable that nobody declares", "An error when it is read, with the nearest name.", "NAM-002"),
  entry("NAM-002", "a call of a name that nobody declares", nearest, {
    wrong: "log(lenght([1]))\n",
    right: "log(len([1]))\n",
    related: ["LNT-022"],
  }),
  entry(
    "NAM-003",
    "an attribute that does not exist",
    "Harn knows `deprecated`, `test`, `complexity`, `step`, `persona`, `trigger`, `handoff`, `budget`, `command`, `serial`, `heavy` and a few more. Others have no effect.",
    {
      wrong: "@inline\nfn f() {\n  return 1\n}\n\nlog(f())\n",
      right: "fn f() {\n  return 1\n}\n\nlog(f())\n",
      related: ["NAM-011", "NAM-012"],
    },
  ),
  entry("NAM-004", "a field that the type does not have", nearest, {
    wrong: "struct Point {\n  x: int\n}\n\nfn f(p: Point) {\n  return p.y\n}\n\nlog(f(Point {x: 1}))\n",
    right: "struct Point {\n  x: int\n}\n\nfn f(p: Point) {\n  return p.x\n}\n\nlog(f(Point {x: 1}))\n",
  }),
  entry(
    "NAM-005",
    "a method that the constraint does not promise",
    "A type parameter has the methods of its `where` interface and no others.",
    {
      wrong:
        "interface Named {\n  fn name(self) -> string\n}\n\nfn f<T>(thing: T) where T: Named {\n  return thing.size()\n}\n\nlog(f)\n",
      right:
        "interface Named {\n  fn name(self) -> string\n}\n\nfn f<T>(thing: T) where T: Named {\n  return thing.name()\n}\n\nlog(f)\n",
      related: ["TYP-015"],
    },
  ),
  entry(
    "NAM-006",
    "an argument is given twice",
    "Each named argument of `ask_user`, `request_approval`, `dual_control` and `escalate_to` may stand once.",
    {
      wrong: 'let a = ask_user(prompt: "Go?", prompt: "Stop?")\n\nlog(a)\n',
      right: 'let a = ask_user(prompt: "Go?")\n\nlog(a)\n',
      related: ["CAP-002", "CAP-003"],
    },
  ),
  entry("NAM-007", "an option that the function does not take", "The message lists the ones that it does.", {
    wrong:
      "type CopyOptions = {depth?: int}\n\nfn copy_all(options: CopyOptions) {\n  return options\n}\n\nlog(copy_all({dept: 1}))\n",
    right:
      "type CopyOptions = {depth?: int}\n\nfn copy_all(options: CopyOptions) {\n  return options\n}\n\nlog(copy_all({depth: 1}))\n",
    related: ["LLM-001"],
  }),
  reserved("NAM-008", "a builtin that does not exist", "Reported as any unknown call.", "NAM-002"),
  entry("NAM-009", "a call of something deprecated", "Its declaration says what to use instead.", {
    wrong: '@deprecated(since: "0.8", use: "fresh")\nfn stale() {\n  return 1\n}\n\nlog(stale())\n',
    right: "fn fresh() {\n  return 1\n}\n\nlog(fresh())\n",
  }),
  reserved(
    "NAM-010",
    "a reference to a declaration that does not exist",
    "Reported by what refers to it.",
    "NAM-002",
    "TYP-020",
  ),
  entry("NAM-011", "an attribute on the wrong kind of declaration", "The message says what it may stand on.", {
    wrong: "@test\nstruct Point {\n  x: int\n}\n\nlog(Point {x: 1})\n",
    right: "struct Point {\n  x: int\n}\n\nlog(Point {x: 1})\n",
    related: ["NAM-003"],
  }),
  entry("NAM-012", "an argument that the attribute does not take", "The message lists the ones that it does.", {
    wrong: "@heavy(threads: 0)\npipeline test_big(task) {\n  log(1)\n}\n",
    right: "@heavy(threads: 2)\npipeline test_big(task) {\n  log(1)\n}\n",
    related: ["NAM-003"],
  }),
  entry(
    "NAM-101",
    "`main` does not take the harness",
    "A `fn main` is called with the capabilities of the program, `fn main(harness: Harness)`.",
    { wrong: "fn main() {\n  log(1)\n}\n", right: "fn main(harness: Harness) {\n  harness.stdio.println(1)\n}\n" },
  ),
];

export const moduleCodes: readonly CodeEntry[] = [
  entry(
    "MOD-001",
    "an import leads nowhere",
    "Paths are relative to the importing file; others are packages below `.harn/packages` or `std/` modules.",
    {
      wrong: 'import { area } from "./shapes"\n\nlog(area(1))\n',
      right: 'import { area } from "./forms"\n\nlog(area(1))\n',
      files: { "forms.harn": "/** The area of a square. */\npub fn area(side) {\n  return side * side\n}\n" },
      related: ["IMP-001"],
    },
  ),
  reserved("MOD-002", "an import that is not used", "Found by the linter.", "LNT-017"),
  reserved("MOD-003", "imports out of order", "Found by the linter.", "LNT-047"),
  reserved(
    "MOD-004",
    "an export that is wrong",
    "A name that a file does not have is reported where it is imported or called.",
    "IMP-002",
  ),
  entry(
    "MOD-005",
    "two imports bring the same name",
    'Import only what you need, from one of the two: `import { area } from "./a"`.',
    {
      wrong: 'import "./a"\nimport "./b"\n\nlog(area(1))\n',
      right: 'import { area } from "./a"\n\nlog(area(1))\n',
      files: {
        "a.harn": "/** A. */\npub fn area(x) {\n  return x\n}\n",
        "b.harn": "/** B. */\npub fn area(x) {\n  return x + 1\n}\n",
      },
      related: ["MOD-006"],
    },
  ),
  entry(
    "MOD-006",
    "a name is re-exported from two places",
    "Leave one `pub import` out, or take only some names with it.",
    {
      wrong: 'pub import "./a"\n\n/** The area. */\npub fn area(x) {\n  return x\n}\n',
      right: 'pub import { size } from "./a"\n\n/** The area. */\npub fn area(x) {\n  return x\n}\n',
      files: { "a.harn": "/** A. */\npub fn area(x) {\n  return x\n}\n\n/** S. */\npub fn size(x) {\n  return x\n}\n" },
      related: ["MOD-005"],
    },
  ),
];

export const importCodes: readonly CodeEntry[] = [
  entry(
    "IMP-001",
    "an asset path that cannot be resolved",
    "`@/path` starts at the folder of `harn.toml`; `@alias/path` at the folder that `[asset_roots]` gives the alias. Neither may lead out.",
    {
      wrong: 'log(render("@prompts/hi.prompt"))\n',
      right: 'log(render("@/hi.prompt"))\n',
      files: { "harn.toml": "", "hi.prompt": "hi" },
      related: ["PRM-007"],
    },
  ),
  entry(
    "IMP-002",
    "an imported name that does not exist",
    "The file has no declaration of that name, so the import fails when it runs. Where the name is called, the call is reported instead (`HARN-NAM-002`).",
    {
      wrong: 'import { aera } from "./a"\n\nlog([1, 2].map(aera))\n',
      right: 'import { area } from "./a"\n\nlog([1, 2].map(area))\n',
      files: { "a.harn": "/** The area. */\npub fn area(x) {\n  return x * x\n}\n" },
      related: ["MOD-001", "NAM-002"],
    },
  ),
  reserved("IMP-003", "files that import each other", "Allowed: functions of both files see each other."),
];

export const formatterCodes: readonly CodeEntry[] = [
  entry(
    "FMT-001",
    "the formatter cannot read the file",
    "Mend the syntax first: what does not parse is left as it is.",
    { related: ["PAR-001"] },
  ),
  entry(
    "FMT-002",
    "the file is not laid out as `harn fmt` would",
    "`harn fmt` writes it so; `harn fix --apply` does with safety `format-only`.",
  ),
  reserved("FMT-003", "a comma was added or removed", "Found by the linter.", "LNT-042"),
];
