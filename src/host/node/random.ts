import type { HostRandom } from "../../builtin/index.ts";
import { lazy } from "./lazy-modules.ts";

/** Ids take few bytes each, and a call to the system costs as much as making many: what is ahead of need waits here. */
const pool = new Uint8Array(4096);
let taken = pool.length;
/** Longer wishes go to the system. */
const fewBytes = 64;

export const systemRandom: HostRandom = {
  fill(bytes) {
    if (bytes.length > fewBytes) {
      lazy.crypto.randomFillSync(bytes);
      return;
    }
    if (taken + bytes.length > pool.length) {
      lazy.crypto.randomFillSync(pool);
      taken = 0;
    }
    const end = taken + bytes.length;
    bytes.set(pool.subarray(taken, end));
    // What was given out once is nowhere else.
    pool.fill(0, taken, end);
    taken = end;
  },
};
