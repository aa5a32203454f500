// Bundles the command into two scripts: what every `harn run` needs (`harn.cjs`), and the front end with all other commands
// (`front.cjs`), which a run of a program that was compiled before never opens. Each has V8's code cache beside it, so that
// a start pays for the code it uses and no other.
//
// The two share modules, and a module must not be there twice: one class, one registry. What the first script holds, the
// second asks it for (`base:PATH`); the first opens the second by its doors (`front:PATH`). `src/cli/launch.ts` connects them.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build as bundle } from "esbuild";
import { inlineOpcodes } from "./inline-opcodes.mjs";
import { root } from "./tree.mjs";

const entry = "src/cli/main.ts";

/** Of the modules that are imported lazily, those that `harn run` cannot do without. */
const neededToRun = new Set(["src/cli/commands/run.ts"]);

/** Packages that every start evaluates: inside the command's script they need no looking up. They are ES modules alone. */
const insidePackages = ["@noble/hashes", "smol-toml"];

export async function bundleCommand(out, { fingerprint }) {
  const options = sharedOptions(out, fingerprint);
  const doors = new Set();
  const draft = await bundle({ ...options, ...base(doors, []), write: false, metafile: true });
  const inBase = new Set(Object.keys(draft.metafile.inputs));
  const shared = new Set();
  await bundle({ ...options, ...front([...doors], inBase, shared), outfile: join(out, "front.cjs") });
  await bundle({ ...options, ...base(new Set(), [...shared].sort()), outfile: join(out, "harn.cjs") });
  writeLicences(out);
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

function sharedOptions(out, fingerprint) {
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
    define: { "import.meta.url": "moduleUrl", HARN_BUILD: JSON.stringify(fingerprint) },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    legalComments: "none",
    logLevel: "warning",
  };
}

/** The first script. Lazy imports that lead out of it are collected in `doors`; `shared` is what it hands to the second. */
function base(doors, shared) {
  const cut = {
    name: "doors-to-front",
    setup(bundler) {
      bundler.onResolve({ filter: /^\./ }, async (args) => {
        if (args.kind !== "dynamic-import" || args.pluginData === "resolving") return undefined;
        const path = await resolved(bundler, args);
        if (!path?.startsWith("src/cli/") || neededToRun.has(path)) return undefined;
        doors.add(path);
        return { path, namespace: "door" };
      });
      bundler.onLoad({ filter: /.*/, namespace: "door" }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(`front:${path}`)});`,
      }));
      bundler.onResolve({ filter: /^front:/ }, ({ path }) => ({ path, external: true }));
    },
  };
  return {
    stdin: { contents: `require("./${entry}");\nexports.rooms = ${openers(shared)};`, resolveDir: root },
    plugins: [cut, inlineOpcodes],
  };
}

/** The second script: the doors and all behind them that the first does not hold. */
function front(doors, inBase, shared) {
  const borrow = {
    name: "borrow-from-base",
    setup(bundler) {
      bundler.onResolve({ filter: /^[^:]*$/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === "resolving") return undefined;
        const path = await resolved(bundler, args);
        if (path === undefined || !inBase.has(path)) return undefined;
        shared.add(path);
        return { path: `base:${path}`, external: true };
      });
    },
  };
  return { stdin: { contents: `exports.doors = ${openers(doors)};`, resolveDir: root }, plugins: [borrow] };
}

/** An object of functions, each of which evaluates one module at its first call. */
function openers(paths) {
  const rows = paths.map((path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(`./${path}`)})`);
  return `{ ${rows.join(",\n")} }`;
}

/** A path from the root as esbuild's own list of inputs has it; undefined for what is not bundled. */
async function resolved(bundler, { path, kind, importer, resolveDir }) {
  const found = await bundler.resolve(path, { kind, importer, resolveDir, pluginData: "resolving" });
  return found.external || found.errors.length > 0 ? undefined : relative(root, found.path).split(sep).join("/");
}

function writeLicences(out) {
  const licences = insidePackages.map(
    (name) => `Contains ${name}:\n${readFileSync(join(root, "node_modules", ...name.split("/"), "LICENSE"), "utf8")}`,
  );
  writeFileSync(join(out, "licences.txt"), licences.join("\n"));
}
