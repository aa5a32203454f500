/**
 * Starts the command out of two bundled scripts: what running a compiled program needs, and the front end with all other
 * commands, opened at first use. V8's compiled code is kept beside each, which saves most of the start-up: modules are
 * loaded, compiled and linked before the first line of a program runs, every time.
 *
 * A cache is only ever a copy of what compiling gives: V8 refuses one that another version or another bundle made, and
 * then it is written anew.
 */
// Not imported: importing a module of Node's evaluates every getter it has, and those of `fs` load all of its streams.
const { readFileSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs");
const { createRequire } = process.getBuiltinModule("node:module");
const { join } = process.getBuiltinModule("node:path");
const { constants, Script } = process.getBuiltinModule("node:vm");

type Exports = Readonly<Record<string, unknown>>;
/** Modules of a script by their path in the sources, evaluated at the first call. */
type Openers = Readonly<Record<string, () => Exports>>;
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

function evaluate(name: string, require: Require): Exports {
  const filename = join(__dirname, name);
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
  const module = { exports: {} };
  const run = script.runInThisContext() as Wrapper;
  run(module.exports, require, module, filename, __dirname);
  return module.exports;
}

const nodeRequire = createRequire(__filename);
const borrowed = new Map<string, Exports>();
let front: Openers | undefined;

/** A module of the first script as plain values: nothing that is exported changes once its module has been evaluated. */
function borrow(path: string): Exports {
  const known = borrowed.get(path);
  if (known !== undefined) return known;
  const module = { ...(base.rooms as Openers)[path]?.() };
  borrowed.set(path, module);
  return module;
}

function openDoor(path: string): unknown {
  front ??= evaluate("front.cjs", (id) => (id.startsWith("base:") ? borrow(id.slice(5)) : nodeRequire(id)))
    .doors as Openers;
  return front[path]?.();
}

const base = evaluate("harn.cjs", (id) => (id.startsWith("front:") ? openDoor(id.slice(6)) : nodeRequire(id)));
