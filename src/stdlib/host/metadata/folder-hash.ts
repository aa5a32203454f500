import type { HostFiles } from "../../../builtin/index.ts";
import { sortTexts } from "../../../value/index.ts";
import { joinPath } from "../path-text.ts";

/** Changes when something is added to a folder, removed or resized. Both hashes are kept in metadata files: their form is fixed. */
export function structureHash(files: HostFiles, folder: string): string {
  return hashOf(entriesOf(files, folder).map(({ name, size }) => `${name}:${size}`));
}

/** Changes when something directly in a folder is written to; nothing is read for it. */
export function contentHash(files: HostFiles, folder: string): string {
  return hashOf(
    entriesOf(files, folder).map(({ name, size, modified }) => `${name}:${size}:${Math.floor(modified / 1000)}`),
  );
}

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

function entriesOf(files: HostFiles, folder: string): Entry[] {
  try {
    return files.list(folder).map(({ name }) => ({ name, ...files.stat(joinPath(folder, name), false) }));
  } catch {
    return [];
  }
}

function hashOf(lines: string[]): string {
  return fnv1a(new TextEncoder().encode(sortTexts(lines).join("|")));
}

/** FNV-1a in 64 bits, as hex without leading zeros. */
function fnv1a(bytes: Uint8Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16);
}
