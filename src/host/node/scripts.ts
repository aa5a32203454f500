/**
 * Loads the bundled scripts: one for what running a compiled program needs, the others opened at first use
 * (`scripts/bundle-scripts.mjs`). V8's compiled code is kept beside each, which saves most of the start-up: modules are
 * loaded, compiled and linked before the first line of a program runs, every time.
 *
 * A cache is only ever a copy of what compiling gives: V8 refuses one that another version or another bundle made, and
 * then it is written anew.
 */
// Not imported: importing a module of Node's evaluates every getter it has, and those of `fs` load all of its streams.
const { readFileSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs");
const { join } = process.getBuiltinModule("node:path");
const { constants, Script } = process.getBuiltinModule("node:vm");

type Exports = Readonly<Record<string, unknown>>;
/** Evaluates a module of a script, named by its path in the sources, at the first call. */
type Opener = (path: string) => Exports | undefined;
interface ScriptModule {
  readonly exports: { readonly open?: Opener };
}
type Require = (id: string) => unknown;
type Wrapper = (exports: object, require: Require, module: object, filename: string, folder: string) => void;

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and silently not where the installation is read-only: the next start compiles again. */
function writeCache(file: string, script: InstanceType<typeof Script>): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, file);
  } catch {}
}

const files: Readonly<Record<string, string>> = {
  base: "harn.cjs",
  common: "common.cjs",
  library: "library.cjs",
  late: "rooms.cjs",
  front: "front.cjs",
};

/**
 * `SCRIPT:PATH` is a module of one of the scripts in the folder, anything else is one of Node or of a package: those come from the
 * loader's own `require`, since making another one loads a part of Node.
 */
export function openScripts(folder: string, nodeRequire: Require): Require {
  const scripts = new Map<string, ScriptModule>();
  const modules = new Map<string, Exports>();

  function request(id: string): unknown {
    const known = modules.get(id);
    if (known !== undefined) return known;
    const colon = id.indexOf(":");
    const name = id.slice(0, colon);
    if (name === "node") return process.getBuiltinModule(id);
    if (!(name in files)) return nodeRequire(id);
    // As plain values: nothing that is exported changes once its module has been evaluated.
    const { exports } = scripts.get(name) ?? evaluate(name);
    const opened = exports.open?.(id.slice(colon + 1));
    if (opened === undefined) throw new Error(`the installation is incomplete: it has no ${id}`);
    const module = { ...opened };
    modules.set(id, module);
    return module;
  }

  /** Known before it runs: what it opens may borrow from it. */
  function evaluate(name: string): ScriptModule {
    const filename = join(folder, files[name] as string);
    const run = compile(filename).runInThisContext() as Wrapper;
    const module: ScriptModule = { exports: {} };
    scripts.set(name, module);
    run(module.exports, request, module, filename, folder);
    return module;
  }

  return request;
}

function compile(filename: string): InstanceType<typeof Script> {
  const cacheFile = `${filename}.${process.version}.cache`;
  const cachedData = readCache(cacheFile);
  // The build writes ASCII: there is nothing to decode, and V8 keeps a byte a character.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "latin1")}\n})`;
  const script = new Script(source, {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) process.on("exit", () => writeCache(cacheFile, script));
  return script;
}
