// What the scripts know about the tree: its root, their scratch folder, and which sources dist/ was built from.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Scratch files of the tooling: removed together with node_modules, never committed. */
export const cacheDir = join(root, "node_modules", ".cache", "harn");

/** Every file that a bundle depends on, in a stable order. */
function buildInputs() {
  const filesOf = (...folder) =>
    readdirSync(join(root, ...folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const files = filesOf("src").filter((path) => !path.endsWith(".test.ts") && !path.endsWith(".md"));
  return [
    ...files,
    ...filesOf("docs", "skills"),
    join(root, "package.json"),
    join(root, "scripts", "build.mjs"),
  ].sort();
}

/** Identifies the sources by their contents: a checkout changes every modification time and nothing else. */
export function sourceFingerprint() {
  const hash = createHash("sha256");
  for (const file of buildInputs()) {
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

export const stampFile = join(root, "dist", ".fingerprint");
