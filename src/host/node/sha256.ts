import type { Sha256 } from "../../eventlog/index.ts";
import { lazy } from "./lazy-modules.ts";

/** By the platform: several times as fast as in JavaScript. */
export const nodeSha256: Sha256 = (text) => lazy.crypto.hash("sha256", text, "hex");
