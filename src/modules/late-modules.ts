// Opened when they are first called (`scripts/bundle-scripts.mjs`): most programs have no manifest.
import * as manifest from "./manifest.ts";

export const late = { manifest: () => manifest };
