// Bundles the command into three scripts, each with V8's code cache beside it, so that a start pays for what it uses:
//
// - `harn.cjs` (base): what running any compiled program needs
// - `rooms.cjs` (late): the rooms that few programs enter, as `src/program/rooms.ts` lists them
// - `front.cjs` (front): the front end, which a program that was compiled before does not need, and all other commands
//
// They share modules, and a module must not be there twice: one class, one registry. A script asks those before it for what they
// hold, and opens the later ones by doors, both as `require("SCRIPT:PATH")`. `src/cli/launch.ts` answers.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { inlineOpcodes } from "./inline-opcodes.mjs";
import { root } from "./tree.mjs";

const entry = "src/cli/main.ts";

/** Of the modules that commands import lazily, those that `harn run` cannot do without. */
const neededToRun = new Set(["src/cli/commands/run.ts"]);

const lateRooms = "src/program/rooms.ts";

/** Packages that every start evaluates: inside the command's script they need no looking up. They are ES modules alone. */
const insidePackages = ["@noble/hashes", "smol-toml"];

export async function bundleCommand(out, { fingerprint }) {
  const options = sharedOptions(out, { HARN_BUILD: fingerprint, HARN_LATE_PARTS: await latePartIndexes(out) });
  const wanted = { base: new Set(), late: new Set(), front: new Set() };
  const holders = [];
  // What each script holds decides what the next ones borrow; what they borrow decides what each has to hand out.
  for (const script of ["base", "late", "front"]) {
    const contents = script === "base" ? `require("./${entry}");` : openers(wanted[script]);
    const draftOptions = { ...options, minify: false, sourcemap: false, write: false, metafile: true };
    const draft = await bundle({ ...draftOptions, ...bundled(script, contents, holders, wanted) });
    holders.push({ script, inputs: new Set(Object.keys(draft.metafile.inputs)) });
  }
  const known = Object.values(wanted).map(({ size }) => size);
  const files = { base: "harn.cjs", late: "rooms.cjs", front: "front.cjs" };
  for (const [index, { script }] of holders.entries()) {
    const start = script === "base" ? `require("./${entry}");` : "";
    const contents = `${openers(wanted[script])}${start}`;
    const outfile = join(out, files[script]);
    await bundle({ ...options, ...bundled(script, contents, holders.slice(0, index), wanted), outfile });
  }
  writeLicences(out);
  const asked = Object.values(wanted).map(({ size }) => size);
  if (String(asked) !== String(known)) throw new Error("the scripts ask each other for more than their drafts did");
  // CommonJS, because Node's loader for ES modules takes longer to start than the command does.
  await bundle({
    absWorkingDir: root,
    entryPoints: ["src/cli/launch.ts"],
    outfile: join(out, "cli.cjs"),
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
}

function sharedOptions(out, constants) {
  const packages = insidePackages.map((name) => [name, join(root, "node_modules", ...name.split("/"))]);
  return {
    absWorkingDir: root,
    outfile: join(out, "unused.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    packages: "external",
    alias: Object.fromEntries(packages),
    // A shorter script is a shorter start. The map gives a fault's names back: NODE_OPTIONS=--enable-source-maps.
    minify: true,
    // The launcher counts on it: a byte a character, and nothing to decode.
    charset: "ascii",
    sourcemap: "linked",
    sourcesContent: false,
    define: {
      "import.meta.url": "moduleUrl",
      ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
    },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    legalComments: "none",
    logLevel: "warning",
  };
}

/** One script: what earlier ones hold is borrowed, lazy imports that lead to later ones become doors. Both are noted in `wanted`. */
function bundled(script, contents, earlier, wanted) {
  const connect = {
    name: "connect-scripts",
    setup(bundler) {
      bundler.onResolve({ filter: /^(?:base|late|front):/ }, ({ path }) => ({ path, external: true }));
      bundler.onResolve({ filter: /^[^:]*$/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === "resolving") return undefined;
        const path = await resolved(bundler, args);
        if (path === undefined) return undefined;
        const holder = earlier.find(({ inputs }) => inputs.has(path));
        if (holder !== undefined) {
          wanted[holder.script].add(path);
          return { path: `${holder.script}:${path}`, external: true };
        }
        const isLazy = script !== "front" && args.kind === "dynamic-import" && path.startsWith("src/cli/");
        if (!isLazy || neededToRun.has(path)) return undefined;
        wanted.front.add(path);
        return { path, namespace: "door" };
      });
      bundler.onLoad({ filter: /.*/, namespace: "door" }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(`front:${path}`)});`,
      }));
      bundler.onLoad({ filter: /[\\/]src[\\/]program[\\/]rooms\.ts$/ }, () => ({
        contents: openLate(wanted.late),
        loader: "ts",
      }));
    },
  };
  return { stdin: { contents, resolveDir: root }, plugins: [connect, inlineOpcodes] };
}

/** `rooms.ts` with a function that opens the late script in the place of each function that names what was imported. */
function openLate(doors) {
  const text = readFileSync(join(root, lateRooms), "utf8");
  const rooms = [...text.matchAll(/^import \* as (\w+) from "(\.[^"]+)";$/gm)].map(([, name, path]) => {
    const door = join("src", "program", path).split(sep).join("/");
    doors.add(door);
    return `${name}: () => require(${JSON.stringify(`late:${door}`)})`;
  });
  if (rooms.length === 0) throw new Error(`${lateRooms} imports no rooms`);
  return `export const rooms = { ${rooms.join(", ")} };`;
}

/** Exports an object of functions, each of which evaluates one module at its first call. */
function openers(paths) {
  const rows = [...paths]
    .sort()
    .map((path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(`./${path}`)})`);
  return `exports.modules = { ${rows.join(",\n")} };`;
}

/** A path from the root as esbuild's own list of inputs has it; undefined for what is not bundled. */
async function resolved(bundler, { path, kind, importer, resolveDir }) {
  const found = await bundler.resolve(path, { kind, importer, resolveDir, pluginData: "resolving" });
  return found.external || found.errors.length > 0 ? undefined : relative(root, found.path).split(sep).join("/");
}

/** Which builtins the late rooms have: asked here, so that no start has to. */
async function latePartIndexes(out) {
  const outfile = join(out, "late-parts.mjs");
  await bundle({
    absWorkingDir: root,
    entryPoints: ["src/program/late-parts.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  const { latePartIndexes: indexes } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  return indexes();
}

function writeLicences(out) {
  const licences = insidePackages.map(
    (name) => `Contains ${name}:\n${readFileSync(join(root, "node_modules", ...name.split("/"), "LICENSE"), "utf8")}`,
  );
  writeFileSync(join(out, "licences.txt"), licences.join("\n"));
}
