import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Import, SourceFile } from "./imports.ts";
import {
  findCycles,
  isTestFile,
  packageName,
  parseSource,
  readSources,
  resolveRelative,
  sourceRoot,
} from "./imports.ts";
import { corePackages, doors, findRoom, isNodeFree, reachableRooms, rooms } from "./rooms.ts";

const longestFile = 700;

const sources = readSources();
const shipped = sources.filter((file) => !isTestFile(file.path));
const nodeBuiltins = new Set(builtinModules);

function roomOf(path: string): string | undefined {
  return path.includes("/") ? path.split("/")[0] : undefined;
}

function isNodeModule(specifier: string): boolean {
  return specifier.startsWith("node:") || nodeBuiltins.has(specifier);
}

/** One line per offence, so that a failure lists all of them. */
function offences(
  files: readonly SourceFile[],
  judge: (file: SourceFile, found: Import) => string | undefined,
): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((found) => {
      const offence = judge(file, found);
      return offence === undefined ? [] : [`src/${file.path}:${found.line} ${offence}`];
    }),
  );
}

function judgeDirection(file: SourceFile, found: Import): string | undefined {
  const target = resolveRelative(file.path, found.specifier);
  if (target === undefined) return undefined;
  const room = roomOf(file.path);
  const allowed = reachableRooms(room === undefined ? (doors[file.path] ?? []) : [room]);
  const wanted = roomOf(target);
  if (wanted === undefined) return room === undefined ? undefined : `imports the door src/${target}`;
  // A door that runs anywhere may still use the part of host that does.
  const runsAnywhere = room === undefined && isNodeFree(file.path) && isNodeFree(target);
  return allowed.has(wanted) || runsAnywhere
    ? undefined
    : `imports ${found.specifier}: ${room ?? "this door"} may not use ${wanted}/`;
}

function judgeCoreImport(file: SourceFile, found: Import): string | undefined {
  if (!isNodeFree(file.path) || found.specifier.startsWith(".")) return undefined;
  if (isNodeModule(found.specifier)) return `imports ${found.specifier}, which only hosts have`;
  const allowed = corePackages[packageName(found.specifier)] ?? [];
  const room = roomOf(file.path) ?? file.path;
  return allowed.includes(room) ? undefined : `imports the package ${found.specifier}, which ${room}/ may not use`;
}

/** A long file says so at its top: a comment before the first statement that mentions its length. */
function excusesItsLength(text: string): boolean {
  const opening = /^(?:\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? "";
  return /\b(?:long|length|size|lines)\b/i.test(opening);
}

describe("rooms", () => {
  it("are all in the house plan", () => {
    const unknown = sources
      .map((file) => roomOf(file.path))
      .filter((name) => name !== undefined && findRoom(name) === undefined);
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("name only known rooms in the import table, and in one direction", () => {
    const seen = new Set<string>();
    for (const room of rooms) {
      expect(room.imports.filter((name) => !seen.has(name))).toEqual([]);
      seen.add(room.name);
    }
  });

  it("import only the rooms that the table allows", () => {
    expect(offences(shipped, judgeDirection)).toEqual([]);
  });

  it("have a README", () => {
    const present = new Set(sources.map((file) => roomOf(file.path)).filter((name) => name !== undefined));
    expect([...present].filter((name) => !existsSync(join(sourceRoot, name, "README.md")))).toEqual([]);
  });
});

describe("doors", () => {
  it("are all listed", () => {
    const unlisted = shipped.filter((file) => roomOf(file.path) === undefined && doors[file.path] === undefined);
    expect(unlisted.map((file) => file.path)).toEqual([]);
  });
});

describe("core", () => {
  it("uses neither Node nor a package it is not allowed", () => {
    expect(offences(shipped, judgeCoreImport)).toEqual([]);
  });

  it("never reaches into host/node through host/browser", () => {
    const judge = (file: SourceFile, found: Import) => {
      const target = resolveRelative(file.path, found.specifier);
      const crosses = file.path.startsWith("host/browser/") && target?.startsWith("host/node/");
      return crosses ? `imports ${found.specifier}` : undefined;
    };
    expect(offences(shipped, judge)).toEqual([]);
  });
});

describe("files", () => {
  it("never ship a test helper", () => {
    const judge = (file: SourceFile, found: Import) => {
      const target = resolveRelative(file.path, found.specifier);
      return target !== undefined && isTestFile(target) ? `imports ${found.specifier}` : undefined;
    };
    expect(offences(shipped, judge)).toEqual([]);
  });

  it("form no cycle of value imports", () => {
    expect(findCycles(shipped)).toEqual([]);
  });

  it("export by name", () => {
    expect(shipped.filter((file) => file.hasWildcardExport).map((file) => file.path)).toEqual([]);
  });

  it(`are at most ${longestFile} lines long, or say at the top why not`, () => {
    const long = shipped
      .map((file) => ({ file, lines: file.text.split("\n").length - 1 }))
      .filter(({ file, lines }) => lines > longestFile && !excusesItsLength(file.text));
    expect(long.map(({ file, lines }) => `src/${file.path}: ${lines} lines`)).toEqual([]);
  });
});

describe("the checks themselves", () => {
  const file = (path: string, text: string) => parseSource(path, text);
  const only = (source: SourceFile, judge: typeof judgeDirection) => offences([source], judge);

  it("see every form of import", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "./b.ts";',
      'export { c } from "./c.ts";',
      'export type { D } from "./d.ts";',
      'const e = () => import("./e.ts");',
      'type F = import("./f.ts").F;',
      'import "./g.ts";',
    ].join("\n");
    const kinds = file("text/x.ts", text).imports.map((found) => [found.specifier, found.kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      "./a.ts": "static",
      "./b.ts": "type",
      "./c.ts": "static",
      "./d.ts": "type",
      "./e.ts": "lazy",
      "./f.ts": "type",
      "./g.ts": "static",
    });
  });

  it("reject imports against the direction, types included", () => {
    expect(only(file("vm/x.ts", 'import type { Node } from "../syntax/ast.ts";'), judgeDirection)).toHaveLength(1);
    expect(only(file("stdlib/x.ts", 'import { run } from "../vm/run.ts";'), judgeDirection)).toHaveLength(1);
    expect(only(file("core.ts", 'export { read } from "./host/node/fs.ts";'), judgeDirection)).toHaveLength(1);
    expect(only(file("text/x.ts", 'import { all } from "../index.ts";'), judgeDirection)).toHaveLength(1);
  });

  it("accept what lies further up", () => {
    expect(only(file("runtime/x.ts", 'import { Span } from "../text/span.ts";'), judgeDirection)).toEqual([]);
    expect(only(file("cli/x.ts", 'import { lex } from "../syntax/lexer.ts";'), judgeDirection)).toEqual([]);
  });

  it("reject Node and unlisted packages in core, with and without the prefix", () => {
    expect(only(file("llm/x.ts", 'import { readFileSync } from "fs";'), judgeCoreImport)).toHaveLength(1);
    expect(only(file("host/browser/x.ts", 'import "node:path";'), judgeCoreImport)).toHaveLength(1);
    expect(only(file("llm/x.ts", 'import Database from "libsql";'), judgeCoreImport)).toHaveLength(1);
    expect(only(file("stdlib/x.ts", 'import { parse } from "yaml";'), judgeCoreImport)).toEqual([]);
    expect(only(file("host/node/x.ts", 'import "node:path";'), judgeCoreImport)).toEqual([]);
  });

  it("find cycles of values and leave types and lazy imports alone", () => {
    const ring = [
      file("text/a.ts", 'import { b } from "./b.ts";'),
      file("text/b.ts", 'import { c } from "./c.ts";'),
      file("text/c.ts", 'import { a } from "./a.ts"; import type { D } from "./d.ts";'),
      file("text/d.ts", 'import { c } from "./c.ts"; const a = () => import("./a.ts");'),
    ];
    expect(findCycles(ring)).toEqual([["text/a.ts", "text/b.ts", "text/c.ts"]]);
  });

  it("take only a comment at the top as an excuse for length", () => {
    expect(excusesItsLength("// Long because it is one table.\nexport const a = 1;\n")).toBe(true);
    expect(excusesItsLength("// A table.\nexport const a = 1; // long\n")).toBe(false);
  });
});
