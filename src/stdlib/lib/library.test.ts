import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { format } from "../../format/index.ts";
import { Source } from "../../text/index.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const modules = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".harn"))
  .sort();

function sourceOf(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

/** The names of exported functions, and whether a doc comment ends on the line above each. */
function exportsOf(source: string): { readonly name: string; readonly isDocumented: boolean }[] {
  const lines = source.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^pub (?:gen )?fn ([A-Za-z_0-9]+)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, isDocumented: lines[index - 1]?.trimEnd().endsWith("*/") ?? false }];
  });
}

describe.each(modules)("std/%s", (path) => {
  const source = sourceOf(path);

  test("opens with what it is for", () => {
    const name = relative(folder, join(folder, path)).replace(/\.harn$/, "");
    expect(source).toMatch(/^\/\*\*/);
    expect(source.slice(0, 200)).toContain(`std/${name}:`);
  });

  test("documents what it exports, each name once", () => {
    const found = exportsOf(source);
    expect(found.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name)).toEqual([]);
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
  });

  test("is laid out as `harn fmt` does", () => {
    expect(format(new Source(path, source))).toEqual({ kind: "formatted", text: source });
  });

  test("imports modules that are there", () => {
    const imported = [...source.matchAll(/^(?:pub )?import .*?"std\/([^"]+)"/gm)].map((match) => match[1] as string);
    expect(imported.filter((name) => !existsSync(join(folder, `${name}.harn`)))).toEqual([]);
  });
});
