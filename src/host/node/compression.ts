import type { BrotliOptions, ZlibOptions } from "node:zlib";
import {
  type CompressionEngine,
  CompressionError,
  type CompressionFormat,
} from "../../stdlib/host/compression/engine.ts";
import { lazy, requirePackage } from "./lazy-modules.ts";

/** What Node's zlib has from 22.15 on. */
interface ZstdParts {
  readonly zstdCompressSync?: (content: Uint8Array, options: object) => Uint8Array;
  readonly zstdDecompressSync?: (packed: Uint8Array, options: object) => Uint8Array;
}

const magic = [0x28, 0xb5, 0x2f, 0xfd] as const;
const largestBlock = 1 << 17;
/** The windows that frames of the fast levels and of the others declare: 512 KiB and 2 MiB. */
const windows = { fast: 0x48, usual: 0x58 } as const;

/** A zstd frame that stores its content, for a Node without a compressor. */
function storeZstd(content: Uint8Array, level: number): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(...magic, 0, level <= 1 ? windows.fast : windows.usual)];
  for (let at = 0; at < content.length || at === 0; at += largestBlock) {
    const piece = content.subarray(at, at + largestBlock);
    const head = (piece.length << 3) | (at + largestBlock >= content.length ? 1 : 0);
    parts.push(Uint8Array.of(head & 255, (head >> 8) & 255, (head >> 16) & 255), piece);
  }
  return Buffer.concat(parts);
}

/** Unpacked in pieces, and given up as soon as there are too many. */
function readZstd(packed: Uint8Array, limit: number): Uint8Array {
  if (!magic.every((byte, at) => packed[at] === byte)) throw new CompressionError("Unknown frame descriptor");
  const { Decompress } = requirePackage("fzstd") as typeof import("fzstd");
  const pieces: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((piece) => {
    size += piece.length;
    if (size > limit) throw tooLarge(limit);
    pieces.push(piece.slice());
  });
  const step = 1 << 16;
  for (let at = 0; at < packed.length; at += step)
    stream.push(packed.subarray(at, at + step), at + step >= packed.length);
  return Buffer.concat(pieces);
}

function tooLarge(limit: number): CompressionError {
  return new CompressionError(`unpacked content exceeds the limit of ${limit} bytes`);
}

function compress(format: CompressionFormat, content: Uint8Array, level: number): Uint8Array {
  const { zlib } = lazy;
  switch (format) {
    case "gzip":
      return withUnknownSystem(zlib.gzipSync(content, { level }));
    case "deflate":
      return zlib.deflateRawSync(content, { level });
    case "brotli": {
      const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
      return zlib.brotliCompressSync(content, {
        params: { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_SIZE_HINT]: content.length },
      });
    }
    case "zstd": {
      const { zstdCompressSync } = zlib as ZstdParts;
      // 100 is ZSTD_c_compressionLevel, which Node 20's types do not name.
      return zstdCompressSync?.(content, { params: { 100: level } }) ?? storeZstd(content, level);
    }
  }
}

/** Bytes must not depend on the machine that packed them. */
function withUnknownSystem(packed: Buffer): Uint8Array {
  packed[9] = 0xff;
  return packed;
}

function decompress(format: CompressionFormat, packed: Uint8Array, limit: number): Uint8Array {
  const { zlib } = lazy;
  const options: ZlibOptions & BrotliOptions = { maxOutputLength: limit };
  try {
    switch (format) {
      case "gzip":
        return zlib.gunzipSync(packed, options);
      case "deflate":
        return zlib.inflateRawSync(packed, options);
      case "brotli":
        return zlib.brotliDecompressSync(packed, options);
      case "zstd":
        return (zlib as ZstdParts).zstdDecompressSync?.(packed, options) ?? readZstd(packed, limit);
    }
  } catch (error) {
    throw faultOf(format, packed, error, limit);
  }
}

function faultOf(format: CompressionFormat, packed: Uint8Array, error: unknown, limit: number): unknown {
  if (!(error instanceof Error) || error instanceof CompressionError) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(limit);
  if (format === "gzip")
    return new CompressionError(
      packed.length < 10 || code === "Z_BUF_ERROR" ? "unexpected end of file" : "invalid gzip header",
    );
  if (format === "brotli") return new CompressionError("Invalid Data");
  return new CompressionError(error.message);
}

export const nodeCompression: CompressionEngine = {
  compress: (format, content, level) => new Uint8Array(compress(format, content, level)),
  decompress: (format, packed, limit) => new Uint8Array(decompress(format, packed, limit)),
};
