import type { HostRandom } from "../../builtin/index.ts";
import { lazy } from "./lazy-modules.ts";

export const systemRandom: HostRandom = {
  fill(bytes) {
    lazy.crypto.randomFillSync(bytes);
  },
};
