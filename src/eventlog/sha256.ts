import { sha256 as digest } from "@noble/hashes/sha2.js";
import { toHex } from "../value/index.ts";

// For hosts that offer no synchronous hash. `host/node` injects its own.

/** The hash of a text's UTF-8 bytes, as 64 lowercase hex digits. */
export type Sha256 = (text: string) => string;

export const sha256: Sha256 = (text) => sha256Bytes(new TextEncoder().encode(text));

export function sha256Bytes(bytes: Uint8Array): string {
  return toHex(digest(bytes));
}
