/**
 * Node's modules that a program may never need, loaded at first use: together they cost a start more than all of Harn's own
 * modules that it does need.
 */
export const lazy = {
  get crypto() {
    return process.getBuiltinModule("node:crypto");
  },
  get zlib() {
    return process.getBuiltinModule("node:zlib");
  },
  get http() {
    return process.getBuiltinModule("node:http");
  },
  get os() {
    return process.getBuiltinModule("node:os");
  },
  get childProcess() {
    return process.getBuiltinModule("node:child_process");
  },
};

/** A package of ours that a program may never need. */
export function requirePackage(name: string): unknown {
  requireHere ??= process.getBuiltinModule("node:module").createRequire(import.meta.url);
  return requireHere(name);
}

let requireHere: NodeJS.Require | undefined;
