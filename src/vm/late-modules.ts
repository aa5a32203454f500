// Opened when they are first called (`scripts/bundle-scripts.mjs`): the functions of a short program never get warm.
import * as compiler from "./jit/compiler.ts";
import * as markedTier from "./jit/marked-tier.ts";

export const late = { compiler: () => compiler, markedTier: () => markedTier };
