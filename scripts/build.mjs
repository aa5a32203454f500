// Bundles src/ into dist/: few files, code shared in chunks, packages left outside and loaded when first used.
//
// The new dist/ is made beside the old one and then takes its place, so that a program never sees half a build.
// `node scripts/build.mjs` also writes the type declarations, which only a release and programs that embed Harn need.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { bundleScripts } from "./bundle-scripts.mjs";
import { inlineOpcodes } from "./inline-opcodes.mjs";
import { root, sourceFingerprint } from "./tree.mjs";

/** Output name -> source: the doors as plain ES modules, for browsers and for bundlers. */
const doors = {
  index: "src/index.ts",
  core: "src/core.ts",
};

const stdSources = join(root, "src", "stdlib", "lib");
/** What `harn skills list` shows; read by people as well. */
const skills = join(root, "docs", "skills");

export async function build({ types = false } = {}) {
  const started = performance.now();
  const fingerprint = sourceFingerprint();
  const out = join(root, `dist.new-${process.pid}`);
  mkdirSync(out, { recursive: true });
  try {
    await buildInto(out, fingerprint);
    if (types) emitTypes(join(out, "types"));
    writeFileSync(join(out, ".fingerprint"), fingerprint);
    replaceDist(out);
    warmUp(join(root, "dist"));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  console.error(`Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** The bundles and the std/ modules, in any folder: tests run what a release would, whatever is in dist/. */
export async function buildInto(out, fingerprint = sourceFingerprint()) {
  await Promise.all([bundleDoors(out), bundleScripts(out, { fingerprint })]);
  makeExecutable(join(out, "cli.cjs"));
  copyStdModules(out);
  if (existsSync(skills)) cpSync(skills, join(out, "skills"), { recursive: true });
}

/**
 * The first start writes the code cache: make it here rather than at the user's. V8 keeps the functions that were called until then.
 * For what every start needs, those of the smallest start are enough, and more would be read each time; the later scripts are worth
 * what programs do with them.
 */
function warmUp(dist) {
  const folder = mkdtempSync(join(tmpdir(), "harn-warm-up-"));
  try {
    start(dist, folder, "-e", "nil");
    for (const name of ["common", "library", "rooms"])
      for (const cache of readdirSync(dist).filter((file) => file.startsWith(`${name}.cjs.v`)))
        rmSync(join(dist, cache));
    cpSync(join(root, "scripts", "warm-up.harn"), join(folder, "main.harn"));
    start(dist, folder, "main.harn");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(dist, folder, ...program) {
  // Of its own, so that the program is compiled, whatever the user's cache holds.
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  const options = { cwd: folder, env, encoding: "utf8" };
  const started = spawnSync(process.execPath, [join(dist, "cli.cjs"), "run", ...program], options);
  if (started.status !== 0) throw new Error(`The command does not start:\n${started.stderr}`);
}

async function bundleDoors(out) {
  const entryPoints = Object.fromEntries(Object.entries(doors).filter(([, source]) => existsSync(join(root, source))));
  if (Object.keys(entryPoints).length === 0) return;
  await bundle({
    absWorkingDir: root,
    entryPoints,
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [inlineOpcodes],
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
  });
}

function makeExecutable(file) {
  const text = readFileSync(file, "utf8");
  if (!text.startsWith("#!")) writeFileSync(file, `#!/usr/bin/env node\n${text}`);
  chmodSync(file, 0o755);
}

/** The std/ modules, as files for hosts that read files and as one ES module for hosts that cannot. */
function copyStdModules(out) {
  if (!existsSync(stdSources)) return;
  const modules = readdirSync(stdSources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".harn"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const sources = {};
  for (const file of modules) {
    const path = relative(stdSources, file);
    cpSync(file, join(out, "stdlib", path));
    sources[path.split(sep).join("/").slice(0, -".harn".length)] = readFileSync(file, "utf8");
  }
  writeFileSync(join(out, "std-sources.js"), `export const stdSources = ${JSON.stringify(sources)};\n`);
}

function emitTypes(outDir) {
  if (!existsSync(join(root, doors.index)) && !existsSync(join(root, doors.core))) return;
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "-p", "tsconfig.types.json", "--outDir", outDir];
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (done.status !== 0) throw new Error("The type declarations could not be written (see above).");
}

/** Two builds may end at the same time: whichever finds a dist/ in its place again moves that one aside as well. */
function replaceDist(out) {
  const dist = join(root, "dist");
  for (let attempt = 1; ; attempt++) {
    const old = join(root, `dist.old-${process.pid}-${attempt}`);
    try {
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(out, dist);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await build({ types: true });
