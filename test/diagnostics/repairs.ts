/** What `harn fix` and editors make of a finding, code by code. */
import type { RepairSafety } from "../../src/diagnostics/index.ts";

export interface MachineRepair {
  readonly code: string;
  readonly safety: RepairSafety;
  /** Where a code has several. */
  readonly about?: string;
  readonly before: string;
  /** The same as `before` where a machine must leave it alone. */
  readonly after: string;
}

const keeps = "behavior-preserving";
const scope = "scope-local";
const surface = "surface-changing";

const tide = "enum Tide {\n  Ebb\n  Flow(n: int)\n}\n\n";
const oar = "struct Oar {\n  length: int\n}\n\n";

export const repairsByMachine: readonly MachineRepair[] = [
  {
    code: "TYP-003",
    safety: keeps,
    before: 'let n = 5\n\nlog("n: " + n)\n',
    after: 'let n = 5\n\nlog("n: ${n}")\n',
  },
  {
    code: "TYP-004",
    safety: scope,
    before: "fn f(n: int) -> string {\n  return n\n}\n",
    after: "fn f(n: int) -> string {\n  return to_string(n)\n}\n",
  },
  {
    code: "TYP-005",
    safety: scope,
    before: 'var s: string = "a"\ns = 1 + 2\n',
    after: 'var s: string = "a"\ns = to_string(1 + 2)\n',
  },
  {
    code: "TYP-006",
    safety: scope,
    before: 'fn f(n: int) {\n  log(n)\n}\n\nf("5")\n',
    after: 'fn f(n: int) {\n  log(n)\n}\n\nf(to_int("5"))\n',
  },
  {
    code: "TYP-006",
    about: "leaves it to a person how a list becomes a text",
    safety: scope,
    before: "fn f(s: string) {\n  log(s)\n}\n\nf([1])\n",
    after: "fn f(s: string) {\n  log(s)\n}\n\nf([1])\n",
  },
  { code: "TYP-007", safety: scope, before: "let n: int = 1.5\n", after: "let n: int = to_int(1.5)\n" },
  {
    code: "TYP-009",
    safety: scope,
    before: `${oar}log(Oar {length: "3"})\n`,
    after: `${oar}log(Oar {length: to_int("3")})\n`,
  },
  {
    code: "TYP-101",
    safety: scope,
    before: "fn f(n: int) -> int {\n  let m = n + 1\n  m * 2\n}\n",
    after: "fn f(n: int) -> int {\n  let m = n + 1\n  return m * 2\n}\n",
  },
  {
    code: "TYP-101",
    about: "leaves it to a person what a branch is to give",
    safety: scope,
    before: "fn f(n: int) -> int {\n  if n > 1 {\n    n\n  } else {\n    1\n  }\n}\n",
    after: "fn f(n: int) -> int {\n  if n > 1 {\n    n\n  } else {\n    1\n  }\n}\n",
  },
  { code: "TYP-020", safety: scope, before: `${oar}log(Oarr {length: 3})\n`, after: `${oar}log(Oar {length: 3})\n` },
  { code: "TYP-103", safety: scope, before: 'log("tide".uppercas())\n', after: 'log("tide".uppercase())\n' },
  { code: "NAM-002", safety: scope, before: 'log(lenn("x"))\n', after: 'log(len("x"))\n' },
  {
    code: "NAM-002",
    about: "writes no reserved word in the place of a name",
    safety: scope,
    before: "let reader = sptln(1)\nlog(eselect(reader))\n",
    after: "let reader = sptln(1)\nlog(eselect(reader))\n",
  },
  {
    code: "NAM-004",
    safety: scope,
    before: "fn f(b: {name: string}) {\n  log(b.nam)\n}\n",
    after: "fn f(b: {name: string}) {\n  log(b.name)\n}\n",
  },
  {
    code: "NAM-004",
    about: "in a literal",
    safety: scope,
    before: `${oar}log(Oar {lenght: 3})\n`,
    after: `${oar}log(Oar {length: 3})\n`,
  },
  {
    code: "NAM-005",
    safety: scope,
    before: "interface Speaks {\n  fn speak(self)\n}\n\nfn f<T>(t: T) where T: Speaks {\n  t.speek()\n}\n",
    after: "interface Speaks {\n  fn speak(self)\n}\n\nfn f<T>(t: T) where T: Speaks {\n  t.speak()\n}\n",
  },
  {
    code: "NAM-009",
    safety: scope,
    before:
      'fn now_new() {\n  return 1\n}\n\n@deprecated(use: "now_new")\nfn now_old() {\n  return now_new()\n}\n\nlog(now_old())\n',
    after:
      'fn now_new() {\n  return 1\n}\n\n@deprecated(use: "now_new")\nfn now_old() {\n  return now_new()\n}\n\nlog(now_new())\n',
  },
  {
    code: "STD-001",
    safety: scope,
    before: 'host_invoke("project", "scan", {})\n',
    after: 'host_call("project.scan", {})\n',
  },
  {
    code: "ORC-008",
    safety: keeps,
    before: "fn f() {\n  return 1\n  let x = 2\n  log(x)\n}\n\nlog(f())\n",
    after: "fn f() {\n  return 1\n}\n\nlog(f())\n",
  },
  {
    code: "ORC-008",
    about: "leaves a declaration alone",
    safety: keeps,
    before: "fn f() {\n  return g()\n  fn g() {\n    return 1\n  }\n}\n\nlog(f())\n",
    after: "fn f() {\n  return g()\n  fn g() {\n    return 1\n  }\n}\n\nlog(f())\n",
  },
  {
    code: "OWN-001",
    safety: scope,
    before: "let x = 1\nlet y = 1\nx = 2\nx = y\nlog(x)\n",
    after: "var x = 1\nlet y = 1\nx = 2\nx = y\nlog(x)\n",
  },
  {
    code: "OWN-001",
    about: "leaves parameters alone",
    safety: scope,
    before: "fn f(x) {\n  x = 2\n  return x\n}\n",
    after: "fn f(x) {\n  x = 2\n  return x\n}\n",
  },
  {
    code: "MAT-001",
    safety: scope,
    before: `${tide}fn f(t: Tide) {\n  match t {\n    Tide.Ebb -> { log(1) }\n  }\n}\n`,
    after: `${tide}fn f(t: Tide) {\n  match t {\n    Tide.Ebb -> { log(1) }\n    Tide.Flow(_) -> { throw "unhandled: Tide.Flow" }\n  }\n}\n`,
  },
  {
    code: "MAT-001",
    about: "of literals, on one line",
    safety: scope,
    before: 'fn f(s: "a" | "b" | "c") {\n  match s { "a" -> { log(1) } }\n}\n',
    after:
      'fn f(s: "a" | "b" | "c") {\n  match s { "a" -> { log(1) } "b" -> { throw "unhandled: b" } "c" -> { throw "unhandled: c" } }\n}\n',
  },
  {
    code: "MAT-001",
    about: "of kinds",
    safety: scope,
    before: "fn f(n: int | string) {\n  match n {\n    1 -> { log(1) }\n  }\n}\n",
    after: 'fn f(n: int | string) {\n  match n {\n    1 -> { log(1) }\n    _ -> { throw "unhandled" }\n  }\n}\n',
  },
  {
    code: "LNT-001",
    safety: scope,
    before: "retry_with_backoff(3, 1, { -> 1 })\n",
    after: "retry_predicate_with_backoff(3, 1, { -> 1 })\n",
  },
  {
    code: "LNT-003",
    safety: surface,
    before: "fn makeBoat() {\n  return [1].map(makeOne)\n}\n\nfn makeOne(x) {\n  return x\n}\n\nlog(makeBoat())\n",
    after: "fn make_boat() {\n  return [1].map(make_one)\n}\n\nfn make_one(x) {\n  return x\n}\n\nlog(make_boat())\n",
  },
  {
    code: "LNT-003",
    about: "of a type",
    safety: surface,
    before: "struct old_boat {\n  n: int\n}\n\nfn f(b: old_boat?) {\n  log(b)\n}\n\nf(old_boat({n: 1}))\n",
    after: "struct OldBoat {\n  n: int\n}\n\nfn f(b: OldBoat?) {\n  log(b)\n}\n\nf(OldBoat({n: 1}))\n",
  },
  {
    code: "LNT-003",
    about: "leaves alone what others may know by its name",
    safety: surface,
    before: "/** A. */\npub fn makeBoat() {\n  return 1\n}\n\ntool getTide(x) {\n  return x\n}\n",
    after: "/** A. */\npub fn makeBoat() {\n  return 1\n}\n\ntool getTide(x) {\n  return x\n}\n",
  },
  {
    code: "LNT-004",
    safety: scope,
    before: "let xs: list = [1].iter().map({ x -> x })\nlog(xs)\n",
    after: "let xs: list = [1].iter().map({ x -> x }).to_list()\nlog(xs)\n",
  },
  {
    code: "LNT-005",
    safety: keeps,
    before: "fn f(x) {\n  return x\n}\n\nlet v = [1]\nlog(f(v.clone()))\n",
    after: "fn f(x) {\n  return x\n}\n\nlet v = [1]\nlog(f(v))\n",
  },
  {
    code: "LNT-009",
    safety: scope,
    before: 'fn f(x) {\n  if x {\n    let x = x + 1\n    log("${x}", { -> x })\n  }\n  return x\n}\n',
    after: 'fn f(x) {\n  if x {\n    let x_2 = x + 1\n    log("${x_2}", { -> x_2 })\n  }\n  return x\n}\n',
  },
  {
    code: "LNT-009",
    about: "by a loop and a closure",
    safety: scope,
    before: "fn f(x) {\n  for x in x {\n    log(x)\n  }\n  return [1].map({ x -> x })\n}\n",
    after: "fn f(x) {\n  for x_2 in x {\n    log(x_2)\n  }\n  return [1].map({ x_2 -> x_2 })\n}\n",
  },
  {
    code: "LNT-009",
    about: "leaves it alone where the name is bound again inside",
    safety: scope,
    before: "fn f(x) {\n  return [x].map({ x ->\n    var x = x\n    x += 1\n    return x\n  })\n}\n",
    after: "fn f(x) {\n  return [x].map({ x ->\n    var x = x\n    x += 1\n    return x\n  })\n}\n",
  },
  {
    code: "LNT-011",
    safety: keeps,
    before: "fn f() {\n  throw 1\n  log(2) // never\n}\n\nf()\n",
    after: "fn f() {\n  throw 1\n  log(2) // never\n}\n\nf()\n",
    about: "leaves a line with a comment alone",
  },
  {
    code: "LNT-011",
    safety: keeps,
    before: "fn f(x) {\n  for y in x {\n    break\n    log(y)\n  }\n}\n\nf([1])\n",
    after: "fn f(x) {\n  for y in x {\n    break\n  }\n}\n\nf([1])\n",
  },
  {
    code: "LNT-012",
    safety: keeps,
    before: "fn f() {\n  let x = 1 + 2\n  return x\n}\n",
    after: "fn f() {\n  return 1 + 2\n}\n",
  },
  { code: "LNT-014", safety: keeps, before: "let idle = 1\nlog(2)\n", after: "let _idle = 1\nlog(2)\n" },
  {
    code: "LNT-015",
    safety: keeps,
    before: "let {a, b: c, d = 1, ...more} = {}\nlet [x, y] = [1, 2]\nlog(x)\n",
    after: "let {a: _a, b: _c, d: _d = 1, ..._more} = {}\nlet [x, _y] = [1, 2]\nlog(x)\n",
  },
  {
    code: "LNT-016",
    safety: keeps,
    before: "fn f(a: int, b = 1) {\n  return { c -> 1 }\n}\n",
    after: "fn f(_a: int, _b = 1) {\n  return { _c -> 1 }\n}\n",
  },
  {
    code: "LNT-016",
    about: "leaves the parameters of tools alone, which models are told",
    safety: keeps,
    before: "tool t(a) {\n  return 1\n}\n",
    after: "tool t(a) {\n  return 1\n}\n",
  },
  {
    code: "LNT-017",
    safety: keeps,
    before: 'import { lines, words } from "std/text"\n\nlog(lines("a"))\n',
    after: 'import { lines } from "std/text"\n\nlog(lines("a"))\n',
  },
  { code: "LNT-018", safety: keeps, before: "var x = 1\nlog(x)\n", after: "let x = 1\nlog(x)\n" },
  {
    code: "LNT-019",
    safety: surface,
    before: "// Kept.\n\n/** Idle. */\n@deprecated\nfn idle() {\n  return 1\n}\n\nlog(1)\n",
    after: "// Kept.\n\nlog(1)\n",
  },
  {
    code: "LNT-019",
    about: "leaves alone what dead code still names, and what the program's value would change without",
    safety: surface,
    before: "fn dead() {\n  return 1\n}\n\nfn f() {\n  return 1\n  dead()\n}\n\nf()\n\nfn last() {\n  return 2\n}\n",
    after: "fn dead() {\n  return 1\n}\n\nfn f() {\n  return 1\n  dead()\n}\n\nf()\n\nfn last() {\n  return 2\n}\n",
  },
  { code: "LNT-020", safety: surface, before: `${oar}log(1)\n`, after: "log(1)\n" },
  { code: "LNT-028", safety: keeps, before: "log(to_int(1))\n", after: "log(1)\n" },
  {
    code: "LNT-030",
    safety: keeps,
    before: "fn f(x) {\n  return false && x\n}\n",
    after: "fn f(x) {\n  return false\n}\n",
  },
  {
    code: "LNT-031",
    safety: keeps,
    before: "fn f(x) {\n  return x == x\n}\n",
    after: "fn f(x) {\n  return true\n}\n",
  },
  {
    code: "LNT-032",
    safety: keeps,
    before: "fn f(x) {\n  if x == true {\n    log(1)\n  }\n}\n",
    after: "fn f(x) {\n  if x {\n    log(1)\n  }\n}\n",
  },
  {
    code: "LNT-034",
    safety: keeps,
    before: "fn f(x) {\n  return x != nil ? x : 1\n}\n",
    after: "fn f(x) {\n  return x ?? 1\n}\n",
  },
  {
    code: "LNT-035",
    safety: scope,
    before: "fn f(x) {\n  if x {\n  }\n  return x\n}\n",
    after: "fn f(x) {\n  return x\n}\n",
  },
  {
    code: "LNT-036",
    safety: keeps,
    before: "fn f(x) {\n  if x {\n    return 1\n  } else {\n    return 2\n  }\n}\n",
    after: "fn f(x) {\n  if x {\n    return 1\n  }\n  return 2\n}\n",
  },
  {
    code: "LNT-037",
    safety: keeps,
    before: `fn f(x) {\n  match x {\n    1 -> { log(1) }\n    1 -> {\n      log(2)\n    }\n    _ -> { log(3) }\n  }\n}\n`,
    after: `fn f(x) {\n  match x {\n    1 -> { log(1) }\n    _ -> { log(3) }\n  }\n}\n`,
  },
  {
    code: "LNT-041",
    safety: "format-only",
    before: "let a = 1\nlet b = 2\nlog(a, b)\n",
    after: "let a = 1\n\nlet b = 2\nlog(a, b)\n",
  },
  { code: "LNT-042", safety: "format-only", before: "log([1, 2,])\n", after: "log([1, 2])\n" },
  { code: "LNT-043", safety: "format-only", before: "let x = (1)\nlog(x)\n", after: "let x = 1\nlog(x)\n" },
  { code: "LNT-045", safety: "format-only", before: "log(1)\n", after: "/**\n * Main.\n */\n\nlog(1)\n" },
  {
    code: "LNT-045",
    about: "below the line of the shell",
    safety: "format-only",
    before: "#!/usr/bin/env harn",
    after: "#!/usr/bin/env harn\n/**\n * Main.\n */\n\n",
  },
  {
    code: "LNT-047",
    safety: "format-only",
    before: 'import { words } from "std/text"\nimport { clamp } from "std/math"\n\nlog(words("a"), clamp(1, 2, 3))\n',
    after: 'import { clamp } from "std/math"\nimport { words } from "std/text"\n\nlog(words("a"), clamp(1, 2, 3))\n',
  },
  {
    code: "LNT-048",
    safety: keeps,
    before: "fn f(x: int | nil) {\n  log(x)\n}\n",
    after: "fn f(x: int?) {\n  log(x)\n}\n",
  },
  {
    code: "LNT-049",
    safety: "format-only",
    before: "// Adds.\nfn f(x) {\n  return x\n}\n",
    after: "/** Adds. */\nfn f(x) {\n  return x\n}\n",
  },
  {
    code: "LNT-049",
    about: "leaves marks of block comments alone",
    safety: "format-only",
    before: "// All of src/*.\nfn f(x) {\n  return x\n}\n",
    after: "// All of src/*.\nfn f(x) {\n  return x\n}\n",
  },
  {
    code: "LNT-051",
    safety: keeps,
    before: "fn f(x: {a: int}) {\n  return x?.a\n}\n",
    after: "fn f(x: {a: int}) {\n  return x.a\n}\n",
  },
  { code: "LNT-052", safety: scope, before: "log(timestamp())\n", after: "log(harness.clock.timestamp())\n" },
  { code: "LNT-053", safety: scope, before: "println(1)\n", after: "harness.stdio.println(1)\n" },
  { code: "LNT-054", safety: scope, before: 'read_file("a")\n', after: 'harness.fs.read_text("a")\n' },
  { code: "LNT-055", safety: scope, before: 'env("A")\n', after: 'harness.env.get("A")\n' },
  { code: "LNT-056", safety: scope, before: "random_int(1, 2)\n", after: "harness.random.gen_range(1, 2)\n" },
  { code: "LNT-057", safety: scope, before: 'http_get("u")\n', after: 'harness.net.get("u")\n' },
];

/** What only a person can decide: names that mean something, texts, shapes, whom to trust. */
export const byHand: readonly string[] = [
  "MOD-001",
  "IMP-001",
  "CAP-007",
  "PRM-005",
  "PRM-006",
  "RCV-002",
  "LNT-006",
  "LNT-007",
  "LNT-013",
  "LNT-024",
  "LNT-026",
  "LNT-029",
  "LNT-044",
  "LNT-046",
  "LNT-050",
];

/** Made by `harn fix` itself: test/cli/fix.test.ts. */
export const elsewhere: readonly string[] = ["NAM-101", "FMT-002"];
