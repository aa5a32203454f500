// Bundles the command and the doors for Node programs into five scripts, each with V8's code cache beside it, so that a start pays
// for what it uses:
//
// - `harn.cjs` (base): what running any compiled program needs
// - `common.cjs` (common): the builtins that most programs call, but not the smallest
// - `library.cjs` (library) and `rooms.cjs` (late): the parts of the library and the rooms that few programs enter, as
//   `src/program/rooms.ts` lists them
// - `front.cjs` (front): the front end, which a program that was compiled before does not need, all other commands, and the doors
//
// They share modules, and a module must not be there twice: one class, one registry. A script asks those before it for what they
// hold, and opens the later ones, both as `require("SCRIPT:PATH")`. `src/host/node/scripts.ts` answers.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { bundleProgram } from "./bundle-program.mjs";
import { withPlainExports } from "./plain-exports.mjs";
import { throughDoors } from "./through-doors.mjs";
import { root } from "./tree.mjs";

const command = "src/cli/main.ts";

/** What `import "harn"` gives in Node, and the ES module that gives it. */
const doors = { "index.node.js": "src/index.ts", "core.node.js": "src/core.ts" };

/** Of the modules that commands import lazily, those that `harn run` cannot do without. */
const neededToRun = new Set(["src/cli/commands/run.ts"]);

/** The modules whose functions open others when they are first called. */
const lateDoors = [
  "src/program/rooms.ts",
  "src/cli/running/late-modules.ts",
  "src/eventlog/late-modules.ts",
  "src/host/node/late-modules.ts",
  "src/modules/late-modules.ts",
  "src/vm/late-modules.ts",
];
const openedParts = ["src/program/common-parts.ts", "src/program/run-parts.ts"];

/** Packages that every start evaluates: inside the command's script they need no looking up. They are ES modules alone. */
const insidePackages = ["@noble/hashes", "smol-toml"];

/** The scripts in the order in which they may borrow: from earlier ones only. `src/host/node/scripts.ts` has the same names. */
const files = { base: "harn.cjs", common: "common.cjs", library: "library.cjs", late: "rooms.cjs", front: "front.cjs" };
const names = Object.keys(files);

export async function bundleScripts(out, { fingerprint }) {
  const options = sharedOptions(out, { HARN_BUILD: fingerprint, HARN_LATE_PARTS: await latePartIndexes(out) });
  const plan = await divide(options);
  for (const name of names) {
    const stdin = { contents: openers(plan.wanted[name]), resolveDir: root };
    const plugins = [connect(name, plan), throughDoors];
    const outfile = join(out, files[name]);
    await bundle({ ...options, stdin, plugins, outfile });
    writeFileSync(outfile, withPlainExports(readFileSync(outfile, "latin1")), "latin1");
  }
  writeLicences(out);
  // CommonJS, because Node's loader for ES modules takes longer to start than the command does.
  await bundleLoader(join(out, "cli.cjs"), `import "./src/cli/launch.ts";`);
  await bundleLoader(
    join(out, "scripts.cjs"),
    `import { openScripts } from "./src/host/node/scripts.ts"; module.exports = openScripts(__dirname, require);`,
  );
  for (const [name, door] of Object.entries(doors))
    writeFileSync(join(out, name), moduleOver(door, plan.exportsOf.get(door)));
}

async function bundleLoader(outfile, contents) {
  await bundle({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
}

/** The ES module over a door inside the scripts. Its loader is a CommonJS module: both doors get the one that Node keeps. */
function moduleOver(door, exported) {
  return `import { createRequire } from "node:module";
const door = createRequire(import.meta.url)("./scripts.cjs")("front:${door}");
export const { ${exported.join(", ")} } = door;
`;
}

/**
 * Which script holds each module (`holder`), which modules of each script others ask for (`wanted`), and what the doors export
 * (`exportsOf`).
 */
async function divide({ outfile, ...options }) {
  const { metafile } = await bundle({
    ...options,
    plugins: [throughDoors],
    entryPoints: [command, ...Object.values(doors)],
    outdir: dirname(outfile),
    format: "esm",
    minify: false,
    sourcemap: false,
    write: false,
    metafile: true,
  });
  const { inputs, outputs } = metafile;
  const exportsOf = new Map(Object.values(outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
  const holder = new Map();
  const starts = { base: [command], common: [], library: [], late: [], front: Object.values(doors) };
  const wanted = {
    base: new Set(starts.base),
    common: new Set(),
    library: new Set(),
    late: new Set(),
    front: new Set(starts.front),
  };
  for (const name of names) {
    const open = [...starts[name]];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const known = holder.get(path);
      if (known === undefined) holder.set(path, name);
      if (known !== undefined) continue;
      for (const { path: target, kind, external } of inputs[path].imports) {
        if (external || inputs[target] === undefined) continue;
        const script = lateDoors.includes(path) ? scriptOfRoom(target) : isDoor(name, target, kind) ? "front" : name;
        if (script === name) open.push(target);
        else starts[script].push(target);
      }
    }
  }
  for (const { path: room } of lateDoors.flatMap((path) => inputs[path].imports)) expectLate(room, holder, inputs);
  for (const { path: part } of openedParts.flatMap((path) => inputs[path].imports))
    if (holder.get(part) === "base") throw new Error(`${part} is needed to start, and so are its builtins`);
  for (const name of names) for (const start of starts[name]) wanted[holder.get(start)].add(start);
  for (const [path, name] of holder) {
    for (const { path: target } of inputs[path].imports) {
      const other = holder.get(target);
      if (other !== undefined && other !== name) wanted[other].add(target);
    }
  }
  return { holder, wanted, exportsOf };
}

/** A room that an earlier script imports would be opened where it is not. */
function expectLate(room, holder, inputs) {
  const script = scriptOfRoom(room);
  if (holder.get(room) === script) return;
  const importers = Object.keys(inputs).filter(
    (path) => !lateDoors.includes(path) && inputs[path].imports.some((each) => each.path === room),
  );
  throw new Error(`${room} is to be opened late, from ${files[script]}, but is imported by ${importers.join(", ")}`);
}

function scriptOfRoom(path) {
  const isCommon = /^src\/(?:program\/(?:common|run)-parts|cli|diagnostics|eventlog|host|modules|vm)\b/.test(path);
  if (isCommon) return "common";
  return path.startsWith("src/stdlib/") ? "library" : "late";
}

/** A lazy import that leads to the front script. */
function isDoor(script, target, kind) {
  return script !== "front" && kind === "dynamic-import" && target.startsWith("src/cli/") && !neededToRun.has(target);
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
      "import.meta.url": "thisScript.url",
      ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
    },
    banner: { js: 'const thisScript = { get url() { return require("node:url").pathToFileURL(__filename).href; } };' },
    legalComments: "none",
    logLevel: "warning",
  };
}

/** What another script holds is asked of it. */
function connect(name, { holder }) {
  return {
    name: "connect-scripts",
    setup(bundler) {
      bundler.onResolve({ filter: /^(?:base|common|library|late|front):/ }, ({ path }) => ({ path, external: true }));
      bundler.onResolve({ filter: /^[^:]*$/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === "resolving") return undefined;
        const path = await resolved(bundler, args);
        const script = holder.get(path);
        if (script === undefined || script === name) return isOurs(args.path) ? { path: join(root, path) } : undefined;
        if (args.kind === "dynamic-import") return { path, namespace: "door", pluginData: script };
        return { path: `${script}:${path}`, external: true };
      });
      bundler.onLoad({ filter: /.*/, namespace: "door" }, ({ path, pluginData }) => ({
        contents: `module.exports = require(${JSON.stringify(`${pluginData}:${path}`)});`,
      }));
      bundler.onLoad({ filter: /[\\/](?:rooms|late-modules)\.ts$/ }, ({ path }) => openLate(path));
    },
  };
}

/** A module of `lateDoors` with functions that open another script in the place of those that name what was imported. */
function openLate(file) {
  const door = relative(root, file).split(sep).join("/");
  if (!lateDoors.includes(door)) throw new Error(`${door} opens modules late, but lateDoors does not name it`);
  let text = readFileSync(file, "utf8");
  for (const [statement, name, path] of text.matchAll(/^import \* as (\w+) from "(\.[^"]+)";\n/gm)) {
    const target = posix.join(posix.dirname(door), path);
    text = text
      .replace(statement, "")
      .replace(`() => ${name}`, () => `() => require(${JSON.stringify(`${scriptOfRoom(target)}:${target}`)})`);
  }
  return { contents: text, loader: "ts" };
}

/** Exports a function that evaluates one of the modules. One function, because a start pays for each that there is. */
function openers(paths) {
  const cases = [...paths]
    .sort()
    .map((path) => `case ${JSON.stringify(path)}: return require(${JSON.stringify(`./${path}`)});`);
  return `exports.open = (path) => { switch (path) { ${cases.join("\n")} } };`;
}

/** Our own imports say where they lead. Looking each of them up is most of what a build would do. */
function isOurs(path) {
  return path.startsWith(".") && path.endsWith(".ts");
}

/** A path from the root as esbuild's own list of inputs has it; undefined for what is not bundled. */
async function resolved(bundler, { path, kind, importer, resolveDir }) {
  if (isOurs(path)) return relative(root, join(resolveDir, path)).split(sep).join("/");
  const found = await bundler.resolve(path, { kind, importer, resolveDir, pluginData: "resolving" });
  return found.external || found.errors.length > 0 ? undefined : relative(root, found.path).split(sep).join("/");
}

/** Which builtins the late rooms have: asked here, so that no start has to. */
async function latePartIndexes(out) {
  const outfile = join(out, "late-parts.mjs");
  await bundleProgram("src/program/late-parts.ts", outfile);
  const { latePartIndexes: indexes } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  return JSON.stringify(indexes());
}

function writeLicences(out) {
  const licences = insidePackages.map(
    (name) => `Contains ${name}:\n${readFileSync(join(root, "node_modules", ...name.split("/"), "LICENSE"), "utf8")}`,
  );
  writeFileSync(join(out, "licences.txt"), licences.join("\n"));
}
