import type { Value } from "./value.ts";

/** One module of one run: a slot for each of its top-level names, shared by all of its functions. */
export class ModuleInstance {
  readonly path: string;
  /** `undefined` until the declaration has run. */
  readonly slots: (Value | undefined)[];

  constructor(path: string, slotCount: number) {
    this.path = path;
    this.slots = new Array<Value | undefined>(slotCount).fill(undefined);
  }
}
