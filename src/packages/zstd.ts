import { createRequire } from "node:module";
import { messageOf } from "../text/index.ts";
import { ArchiveError } from "./tar.ts";

/** The first four bytes of a zstd frame. */
const magic = [0x28, 0xb5, 0x2f, 0xfd] as const;

/** What an archive may hold at most when it is unpacked. */
const largestPayload = 104_857_600;

const largestBlock = 1 << 17;

export function isZstd(bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

/** A zstd frame that stores its content as it is: the same bytes whatever compressor a machine has. */
export function storeZstd(content: Uint8Array): Uint8Array {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(content.length));
  // One segment, its size in eight bytes, no checksum, no dictionary.
  const parts: Uint8Array[] = [Buffer.from([...magic, 0b1110_0000]), size];
  for (let at = 0; at < content.length || at === 0; at += largestBlock) {
    const piece = content.subarray(at, at + largestBlock);
    const isLast = at + largestBlock >= content.length;
    const head = (piece.length << 3) | (isLast ? 1 : 0);
    parts.push(Buffer.from([head & 255, (head >> 8) & 255, (head >> 16) & 255]), piece);
  }
  return Buffer.concat(parts);
}

/** What a frame holds. It is unpacked in pieces, and given up when it grows beyond what a bundle may hold. */
export function readZstd(bytes: Uint8Array): Uint8Array {
  const { Decompress } = createRequire(import.meta.url)("fzstd") as typeof import("fzstd");
  const pieces: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((piece) => {
    size += piece.length;
    if (size > largestPayload)
      throw new ArchiveError(
        `harnpack zstd payload decompressed past max size (${largestPayload} bytes); refusing to extract`,
      );
    pieces.push(piece.slice());
  });
  try {
    const step = 1 << 16;
    for (let at = 0; at < bytes.length || at === 0; at += step) {
      const isLast = at + step >= bytes.length;
      stream.push(bytes.subarray(at, at + step), isLast);
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(`harnpack archive is no zstd frame: ${messageOf(error)}`);
  }
  return Buffer.concat(pieces);
}
