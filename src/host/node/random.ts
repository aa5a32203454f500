import { randomFillSync } from "node:crypto";
import type { HostRandom } from "../../builtin/index.ts";

export const systemRandom: HostRandom = {
  fill(bytes) {
    randomFillSync(bytes);
  },
};
