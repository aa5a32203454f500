/** Asks for the module once: Node's own look-up checks names and permissions at each call, and hashing an event takes no longer. */
function once<Module>(load: () => Module): () => Module {
  let module: Module | undefined;
  return () => {
    module ??= load();
    return module;
  };
}

const loadCrypto = once(() => process.getBuiltinModule("node:crypto"));
const loadZlib = once(() => process.getBuiltinModule("node:zlib"));
const loadChildProcess = once(() => process.getBuiltinModule("node:child_process"));

/**
 * Node's modules that a program may never need, loaded at first use: together they cost a start more than all of Harn's own
 * modules that it does need.
 */
export const lazy = {
  get crypto() {
    return loadCrypto();
  },
  get zlib() {
    return loadZlib();
  },
  get http() {
    return process.getBuiltinModule("node:http");
  },
  get os() {
    return process.getBuiltinModule("node:os");
  },
  get childProcess() {
    return loadChildProcess();
  },
};

/** A package of ours that a program may never need. */
export function requirePackage(name: string): unknown {
  requireHere ??= process.getBuiltinModule("node:module").createRequire(import.meta.url);
  return requireHere(name);
}

let requireHere: NodeJS.Require | undefined;
