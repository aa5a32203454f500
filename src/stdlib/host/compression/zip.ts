import { type Raise, runtimeError } from "../../../value/index.ts";
import { concatenated } from "../../byte-arrays.ts";
import { decodeUtf8Lossy, encodeUtf8 } from "../../utf8.ts";
import { type CompressionEngine, largestUnpacked } from "./engine.ts";
import { type ArchiveEntry, defaultMode } from "./entries.ts";

/** Zip files: each file behind a local header, then a directory of them, then its end record. Without encryption and without Zip64. */

const signatures = { local: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const;
const stored = 0;
const deflated = 8;
/** Names are UTF-8. */
const utf8Flag = 1 << 11;
/** 1980-01-01, the first day that zip knows: archives do not depend on when they were made. */
const firstDay = 0x21;
const endLength = 22;
const largestComment = 0xffff;

function zipFault(builtin: string, message: string): Raise {
  return runtimeError(`${builtin}: invalid Zip archive: ${message}`);
}

/** Little-endian numbers, two or four bytes each. */
function record(...numbers: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

export function writeZip(engine: CompressionEngine, entries: readonly ArchiveEntry[]): Uint8Array {
  const seen = new Set<string>();
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content, mode } of entries) {
    if (seen.has(path)) throw zipFault("zip_create", `Duplicate filename: ${path}`);
    seen.add(path);
    const name = encodeUtf8(path);
    const packed = engine.compress("deflate", content, 6);
    const common = sharedFields(path, name, content, packed);
    const local = concatenated(record([4, signatures.local], [2, 20]), common, record([2, 0]), name, packed);
    const attributes = (0o100000 | mode) * 0x10000;
    const made = record([4, signatures.directory], [2, (3 << 8) | 20], [2, 20]);
    const tail = record([2, 0], [2, 0], [2, 0], [2, 0], [4, attributes], [4, offset]);
    directory.push(concatenated(made, common, tail, name));
    files.push(local);
    offset += local.length;
  }
  const listed = concatenated(...directory);
  const end = record(
    [4, signatures.end],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, listed.length],
    [4, offset],
    [2, 0],
  );
  return concatenated(...files, listed, end);
}

/** What a local header and the directory say alike: flags, method, time, checksum, sizes. */
function sharedFields(path: string, name: Uint8Array, content: Uint8Array, packed: Uint8Array): Uint8Array {
  const flags = name.length === path.length ? 0 : utf8Flag;
  return record(
    [2, flags],
    [2, deflated],
    [2, 0],
    [2, firstDay],
    [4, crc32(content)],
    [4, packed.length],
    [4, content.length],
    [2, name.length],
  );
}

/** The files of a zip; folders are passed over. `limit` counts what they unpack to together. */
export function readZip(engine: CompressionEngine, bytes: Uint8Array): readonly ArchiveEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = endRecord(view);
  const count = view.getUint16(end + 10, true);
  const entries: ArchiveEntry[] = [];
  let at = view.getUint32(end + 16, true);
  let left = largestUnpacked;
  for (let n = 0; n < count; n++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== signatures.directory)
      throw zipFault("zip_extract", "Invalid Central Directory header");
    const length = view.getUint16(at + 28, true);
    const path = decodeUtf8Lossy(bytes.subarray(at + 46, at + 46 + length));
    if (!path.endsWith("/")) {
      const content = contentOf(engine, bytes, view, at, left);
      left -= content.length;
      const mode = (view.getUint32(at + 38, true) >>> 16) & 0o7777;
      entries.push({ path, content, mode: mode === 0 ? defaultMode : mode });
    }
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function endRecord(view: DataView): number {
  const last = view.byteLength - endLength;
  for (let at = last; at >= Math.max(0, last - largestComment); at--)
    if (view.getUint32(at, true) === signatures.end) return at;
  throw zipFault("zip_extract", "Could not find EOCD");
}

function contentOf(
  engine: CompressionEngine,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  limit: number,
): Uint8Array {
  const method = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 20, true);
  const local = view.getUint32(at + 42, true);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== signatures.local)
    throw zipFault("zip_extract", "Invalid local file header");
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = bytes.slice(start, start + size);
  if (method !== stored && method !== deflated)
    throw runtimeError(`zip_extract: unsupported Zip archive: compression method ${method}`);
  const content = method === stored ? packed : engine.decompress("deflate", packed, limit);
  if (crc32(content) !== view.getUint32(at + 16, true)) throw runtimeError("zip_extract: Invalid checksum");
  return content;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (crcTable[(sum ^ byte) & 255] ?? 0);
  return (sum ^ 0xffffffff) >>> 0;
}
