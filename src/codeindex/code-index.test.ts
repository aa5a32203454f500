import { beforeEach, describe, expect, test } from "vitest";
import type { HostFiles } from "../builtin/index.ts";
import { memoryHost } from "../host/testing/index.ts";
import { CodeIndex, type IndexSource } from "./code-index.ts";
import { runCypher } from "./cypher/execute.ts";

const project = {
  "src/a.ts":
    'import { b } from "./b";\nexport function alpha() { return b(1) + helper(); }\nfunction helper() {}\nclass Foo extends Base { area() { return alpha(); } }',
  "src/b.ts": "export function b(x) { return x; }\nexport class Base { area() { return 0; } }",
  "lib/m.harn": 'import { x } from "./n"\npub fn m(a) { return x(a) }\nm(1)',
  "lib/n.harn": "pub fn x(a) { return a }",
  "other.py": "def helper(): pass\nclass Foo: pass",
  "notes.md": "# helper()",
  "node_modules/x/i.js": "function hidden() {}",
  "left-out.ts": "function leftOut() {}",
  ".gitignore": "left-out.ts",
};

let files: HostFiles;
let source: IndexSource;
let index: CodeIndex;
let now: number;

beforeEach(() => {
  now = 1000;
  const host = memoryHost({
    files: Object.fromEntries(Object.entries(project).map(([at, text]) => [`/p/${at}`, text])),
  });
  files = host.files as HostFiles;
  source = { files, now: () => now };
  index = new CodeIndex();
  index.build("/p", source);
});

const rows = (query: string): readonly (readonly unknown[])[] =>
  runCypher(query, index.graph).map((row) => [...row.values()]);
const names = (query: string): readonly string[] => rows(query).map((row) => row.join(" "));

describe("building", () => {
  test("takes in what belongs to the project", () => {
    expect(index.files.map(({ path }) => path)).toEqual([
      "lib/m.harn",
      "lib/n.harn",
      "notes.md",
      "other.py",
      "src/a.ts",
      "src/b.ts",
    ]);
  });

  test("skips what is too large, and what is no text", () => {
    files.writeText("/p/big.ts", "x".repeat(1_100_000));
    files.writeBytes("/p/data.bin", new Uint8Array([1, 0, 2]));
    expect(index.build("/p", source)).toEqual({ indexed: 6, skipped: 2 });
  });

  test("reads a file anew only where its content changed", () => {
    const before = index.files;
    files.writeText("/p/src/b.ts", "export function b2() {}");
    index.build("/p", source);
    const isSame = index.files.map(({ facts, path }) => facts === before.find((file) => file.path === path)?.facts);
    expect(isSame).toEqual([true, true, true, true, true, false]);
    expect(index.changesSince(0).map(({ op, path }) => `${op} ${path}`)).toEqual(["write src/b.ts"]);
  });

  test("one file is read again, is new, is gone", () => {
    files.writeText("/p/src/c.ts", "function c() {}");
    expect(index.reindex("/p/src/c.ts", source)?.id).toBe(7);
    expect(index.find("./src/c.ts")?.path).toBe("src/c.ts");
    files.remove("/p/src/c.ts", { recursive: false });
    expect(index.reindex("src/c.ts", source)).toBeUndefined();
    expect(index.changesSince(0).map(({ op, seq }) => `${seq} ${op}`)).toEqual(["1 write", "2 delete"]);
    expect(index.changesSince(1)).toHaveLength(1);
  });

  test("an overlay is beside what was built", () => {
    files.writeText("/p/src/b.ts", "export function onBranch() {}");
    expect(index.activate("topic", source)).toBeCloseTo(5 / 6);
    expect(names("MATCH (f:Function {name: 'onBranch'}) RETURN f.path")).toEqual(["src/b.ts"]);
    expect(index.activate(undefined, source)).toBe(1);
    expect(names("MATCH (f:Function {name: 'onBranch'}) RETURN f.path")).toEqual([]);
    expect(index.overlay).toBeUndefined();
  });

  test("freshness goes by content", () => {
    expect(index.onDisk("src/b.ts", source).hash).toBe(index.find("src/b.ts")?.hash);
    files.writeText("/p/src/b.ts", "changed");
    expect(index.onDisk("src/b.ts", source).hash).not.toBe(index.find("src/b.ts")?.hash);
    expect(index.onDisk("nowhere", source)).toEqual({ hash: undefined, modified: undefined });
  });
});

describe("the graph", () => {
  test("imports lead to files", () => {
    expect(names("MATCH (m:Module)-[:IMPORTS]->(o:Module) RETURN m.path AS m, o.path AS o")).toEqual([
      "lib/m.harn lib/n.harn",
      "src/a.ts src/b.ts",
    ]);
    expect(index.importersOf("src/b.ts")).toEqual(["src/a.ts"]);
  });

  test("calls mean what the file, its imports, or the project declare", () => {
    expect(names("MATCH (f:Function)-[:CALLS]->(g:Function) RETURN f.name AS f, g.name AS g, g.path AS p")).toEqual([
      "m x lib/n.harn",
      "alpha b src/b.ts",
      "alpha helper src/a.ts",
      "area alpha src/a.ts",
    ]);
  });

  test("steps of several lengths, and both directions", () => {
    expect(names("MATCH (f {name: 'b'})-[:CALLED_BY*1..2]->(c:Function) RETURN c.name")).toEqual(["alpha", "area"]);
    expect(names("MATCH (f {name: 'b'})<-[:CALLS*2]-(c:Function) RETURN c.name")).toEqual(["area"]);
    expect(names("MATCH (f:Function {name: 'b'})-[:CALLS*0..1]->(c) RETURN c.name")).toEqual(["b"]);
  });

  test("methods override those of what their class extends", () => {
    expect(names("MATCH (f)-[:OVERRIDES]->(g) RETURN f.path AS f, g.path AS g, g.container AS c")).toEqual([
      "src/a.ts src/b.ts Base",
    ]);
  });

  test("members hang on their types, and a file names what others declare", () => {
    expect(names("MATCH (t:Type {name: 'Foo'})-[:CONTAINS]->(m) RETURN m.name")).toEqual(["area"]);
    expect(names("MATCH (m:Module)-[:REFS]->(t:Type) RETURN m.path AS m, t.name AS t")).toEqual(["src/a.ts Base"]);
  });
});

describe("queries", () => {
  test.each([
    [
      "MATCH (f:Function) WHERE f.name = 'alpha' OR (f.line > 1 AND NOT f.language = 'typescript') RETURN f.name",
      ["m", "alpha"],
    ],
    ["match (f:Function {name: 'b'}) return f", ["b"]],
    ['MATCH (f:Function {name: "it\\\'s"}) RETURN f', []],
    ["MATCH (f:Function) RETURN DISTINCT f.language AS l", ["harn", "python", "typescript"]],
    ["MATCH (f:Function) RETURN f.name AS n LIMIT 2", ["m", "x"]],
    ["MATCH (f:Function {name: 'b'}), (g:Type) WHERE f.path = g.path RETURN f.name AS f, g.name AS g", ["b Base"]],
    ["MATCH (:Module)-[:CONTAINS]->(f:Function {name: 'b'}) RETURN f.path AS p", ["src/b.ts"]],
    ["MATCH (f:Nothing) RETURN f.name", []],
    ["MATCH (f:Function {name: 'm'}) RETURN f.nope AS n, 1 AS one", [" 1"]],
    ["MATCH (f:Function {name: 'm'}) WHERE f.container = null AND f.line <> '2' RETURN f", ["m"]],
  ])("%s", (query, expected) => {
    expect(names(query)).toEqual(expected);
  });

  test.each([
    ["", "parse error: expected `MATCH`, got the end of the query"],
    ["CREATE (n) RETURN n", "parse error: expected `MATCH`, got `CREATE` at position 0"],
    ["MATCH (f RETURN f", "parse error: expected `)`, got `RETURN` at position 9"],
    ["MATCH (f {name: 'b' RETURN f", "parse error: expected `,` or `}`, got `RETURN` at position 20"],
    ["MATCH (f {name: 'b}) RETURN f", "lex error: unterminated string literal"],
    ["MATCH (f) RETURN f;", "lex error: unexpected character `;` at byte 18"],
    ["MATCH (f)-[:CALLS]-(g) RETURN f", "parse error: an edge has a direction: write `-[:LABEL]->` or `<-[:LABEL]-`"],
    ["MATCH (f)-[r:CALLS]->(g) RETURN f", "parse error: an edge takes no variable: write `[:LABEL]`, not `[r:LABEL]`"],
    ["MATCH (f)-[:CALLS*1..5]->(g) RETURN f", "exec error: variable-length traversal capped at depth 4 (got `*1..5`)"],
    ["MATCH (f) RETURN g.name", "exec error: unbound variable `g` in expression"],
    ["MATCH (f) RETURN f.name AS n, f.path AS n", "parse error: duplicate alias `n` in RETURN clause"],
    [
      "MATCH (f) RETURN count(f)",
      "parse error: there are no functions: `count(…)` (return properties, and count the rows)",
    ],
    [
      "MATCH (f) WHERE f.name RETURN f",
      "parse error: expected comparison operator in WHERE clause (one of = <> != < <= > >=), got `RETURN` at position 23",
    ],
    [`MATCH (f) WHERE ${"(".repeat(200)}1 = 1 RETURN f`, "parse error: WHERE is nested too deeply"],
  ])("%s is refused", (query, message) => {
    expect(() => rows(query)).toThrow(message);
  });

  test("an unknown label names those that there are", () => {
    expect(() => rows("MATCH (f)-[:NOPE]->(g) RETURN f")).toThrow(
      "exec error: unknown edge label `NOPE` (there are CALLS, CALLED_BY, REFS,",
    );
  });

  test("a query that would visit too much ends", () => {
    const many = Array.from({ length: 300 }, (_, at) => `function f${at}() {}`).join("\n");
    files.writeText("/p/many.ts", many);
    index.build("/p", source);
    expect(() => rows("MATCH (a:Function), (b:Function), (c:Function) WHERE a.line > 1000 RETURN a")).not.toThrow();
    expect(() => rows("MATCH (a:Function), (b:Function), (c:Function) WHERE c.line > 1000 RETURN a")).toThrow(
      "exec error: the query visits more than 2000000 nodes",
    );
  });
});
