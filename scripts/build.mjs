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
import { inlineOpcodes } from "./inline-opcodes.mjs";
import { root, sourceFingerprint } from "./tree.mjs";

/** Output name -> source. */
const doors = {
  index: "src/index.ts",
  core: "src/core.ts",
};

/** The command: a launcher, and the script that it starts. */
const launcher = "src/cli/launch.ts";
const command = "src/cli/main.ts";

/** Packages that every start evaluates: inside the command's script they need no looking up. */
const insidePackages = ["@noble/hashes", "smol-toml"];

const stdSources = join(root, "src", "stdlib", "lib");

export async function build({ types = false } = {}) {
  const started = performance.now();
  const fingerprint = sourceFingerprint();
  const out = join(root, `dist.new-${process.pid}`);
  mkdirSync(out, { recursive: true });
  try {
    await buildInto(out);
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
export async function buildInto(out) {
  await Promise.all([bundleDoors(out), bundleCommand(out)]);
  copyStdModules(out);
}

/**
 * The command as one script, for its launcher to run with V8's code cache. What is imported lazily is in it too, but is not
 * evaluated before it is used. The hashes are ES modules alone: a script can have them only inside.
 */
async function bundleCommand(out) {
  const packages = insidePackages.map((name) => ({ name, folder: join(root, "node_modules", ...name.split("/")) }));
  const licences = packages.map(
    ({ name, folder }) => `Contains ${name}:\n${readFileSync(join(folder, "LICENSE"), "utf8")}`,
  );
  // Beside the script: it is all ASCII then, which the launcher counts on.
  writeFileSync(join(out, "harn.cjs.licences.txt"), licences.join("\n"));
  await bundle({
    absWorkingDir: root,
    entryPoints: [command],
    outfile: join(out, "harn.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    packages: "external",
    alias: Object.fromEntries(packages.map(({ name, folder }) => [name, folder])),
    plugins: [inlineOpcodes],
    // A shorter script is a shorter start. The map gives a fault's names back: NODE_OPTIONS=--enable-source-maps.
    minify: true,
    charset: "ascii",
    sourcemap: "linked",
    sourcesContent: false,
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    legalComments: "none",
    logLevel: "warning",
  });
  // CommonJS, because Node's loader for ES modules takes longer to start than the command does.
  await bundle({
    absWorkingDir: root,
    entryPoints: [launcher],
    outfile: join(out, "cli.cjs"),
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  makeExecutable(join(out, "cli.cjs"));
}

/** The first start writes the code cache: make it here rather than at the user's. */
function warmUp(dist) {
  const started = spawnSync(process.execPath, [join(dist, "cli.cjs"), "run", "-e", "nil"], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
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
