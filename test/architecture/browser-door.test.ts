import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "./imports.ts";

/** Doors that a browser can load, as sources: the graph is the one that the build makes. */
const browserDoors = ["src/core.ts"];

interface Reached {
  readonly path: string;
  readonly importer: string;
}

/**
 * Bundles a door with every package inside, lazy imports included, and notes what only Node can provide: its modules, and binaries.
 * Packages are taken in their browser form where they have one.
 */
async function findNodeOnly(entry: { readonly file: string } | { readonly source: string }): Promise<Reached[]> {
  const reached: Reached[] = [];
  const builtins = new Set(builtinModules);
  const note: Plugin = {
    name: "note-node-only",
    setup(pending) {
      pending.onResolve({ filter: /.*/ }, ({ path, importer }) => {
        const isNodeOnly = path.startsWith("node:") || builtins.has(path) || path.endsWith(".node");
        if (!isNodeOnly) return undefined;
        reached.push({ path, importer });
        return { path, external: true };
      });
    },
  };
  await build({
    absWorkingDir: root,
    ...("file" in entry
      ? { entryPoints: [entry.file] }
      : { stdin: { contents: entry.source, resolveDir: root, loader: "ts" as const } }),
    bundle: true,
    write: false,
    outdir: "dist",
    format: "esm",
    splitting: true,
    platform: "browser",
    target: "es2022",
    loader: { ".wasm": "file" },
    logLevel: "silent",
    plugins: [note],
  });
  return reached;
}

describe("browser doors", () => {
  const present = browserDoors.filter((door) => existsSync(join(root, door)));

  it.each(present)("%s reaches nothing that only Node has", async (door) => {
    expect(await findNodeOnly({ file: door })).toEqual([]);
  });

  it("notices a Node module behind a lazy import", async () => {
    const reached = await findNodeOnly({ source: 'export const read = () => import("node:fs");' });
    expect(reached.map((found) => found.path)).toEqual(["node:fs"]);
  });

  it("notices a Node module inside a package", async () => {
    const reached = await findNodeOnly({ source: 'export { RRegex } from "rregex";' });
    expect(reached.map((found) => found.path)).toContain("node:fs/promises");
  });
});
