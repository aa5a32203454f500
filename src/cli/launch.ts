/**
 * Starts the command out of one bundled script. V8's compiled code for it is kept beside the bundle, which saves most of
 * the start-up: modules are loaded, compiled and linked before the first line of a program runs, every time.
 *
 * The cache is only ever a copy of what compiling gives: V8 refuses one that another version or another bundle made, and
 * then it is written anew.
 */
// Not imported: importing a module of Node's evaluates every getter it has, and those of `fs` load all of its streams.
const { readFileSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs");
const { createRequire } = process.getBuiltinModule("node:module");
const { dirname, join } = process.getBuiltinModule("node:path");
const { constants, Script } = process.getBuiltinModule("node:vm");

const bundle = join(__dirname, "harn.cjs");
const cacheFile = `${bundle}.${process.version}.cache`;

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and silently not where the installation is read-only: the next start compiles again. */
function writeCache(script: InstanceType<typeof Script>): void {
  const temporary = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, cacheFile);
  } catch {}
}

const cachedData = readCache();
// The build writes ASCII: there is nothing to decode, and V8 keeps a byte a character.
const script = new Script(`(function (require, __filename, __dirname) {${readFileSync(bundle, "latin1")}\n})`, {
  filename: bundle,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  ...(cachedData && { cachedData }),
});
if (cachedData === undefined || script.cachedDataRejected) process.on("exit", () => writeCache(script));
const start = script.runInThisContext() as (require: NodeJS.Require, filename: string, folder: string) => void;
start(createRequire(bundle), bundle, dirname(bundle));
