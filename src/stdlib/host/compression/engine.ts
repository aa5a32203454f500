import { serviceKey } from "../../../builtin/index.ts";
import { runtimeError } from "../../../value/index.ts";

export type CompressionFormat = "gzip" | "brotli" | "zstd" | "deflate";

/** Compressors are some host's affair (native or WebAssembly), so they are injected. `deflate` is the raw form that zip files hold. */
export interface CompressionEngine {
  /** `level` in the format's own scale. */
  compress(format: CompressionFormat, content: Uint8Array, level: number): Uint8Array;
  /** Throws `CompressionError` for what is not of that format, and for what grows beyond `limit` bytes. */
  decompress(format: CompressionFormat, packed: Uint8Array, limit: number): Uint8Array;
}

export class CompressionError extends Error {}

/** A host that offers none refuses by name. */
export const compressionEngine = serviceKey<CompressionEngine>("compression engine", () => ({
  compress: refuse,
  decompress: refuse,
}));

function refuse(format: CompressionFormat): never {
  throw runtimeError(`this host offers no compression (${format})`);
}

/** What one call unpacks at most, in bytes: a small input must not take all memory. */
export const largestUnpacked = 268_435_456;
