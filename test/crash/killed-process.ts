import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../architecture/imports.ts";

/** A source of this folder as a program of its own; `remove` takes it away again. */
export async function bundled(name: string): Promise<{ readonly path: string; readonly remove: () => void }> {
  // Inside the tree, so that the bundle finds the driver.
  const folder = join(root, "node_modules", ".cache", "harn", "crash");
  const path = join(folder, `${name}-${process.pid}.mjs`);
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(root, "test", "crash", `${name}.ts`)],
    outfile: path,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
  });
  return { path, remove: () => rmSync(path, { force: true }) };
}

/** In the environment of a command: the write at which it kills itself, see `die-at-write.cjs`. */
export function dying(
  when: { readonly HARN_DIE_AT: string } | { readonly HARN_DIE_SAYING: string },
): Readonly<Record<string, string>> {
  return { ...when, NODE_OPTIONS: `--require=${join(root, "test", "crash", "die-at-write.cjs")}` };
}

/** Runs a program that kills itself; gives the whole lines that it said before. */
export function lastWords(program: string, args: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") resolve(output.split("\n").slice(0, -1));
      else reject(new Error(`the process ended by itself with ${code}`));
    });
  });
}
