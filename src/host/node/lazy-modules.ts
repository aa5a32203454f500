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
  get childProcess() {
    return process.getBuiltinModule("node:child_process");
  },
};
