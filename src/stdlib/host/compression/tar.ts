import { type Raise, runtimeError } from "../../../value/index.ts";
import { concatenated } from "../../byte-arrays.ts";
import { decodeUtf8Lossy, encodeUtf8 } from "../../utf8.ts";
import type { ArchiveEntry } from "./entries.ts";

/** Tar files as POSIX 1988 (`ustar`) lays them out: blocks of 512 bytes, a header before each file, two empty ones at the end. */

const block = 512;
/** Where the fields of a header stand, and how long they are. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  kind: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

type Field = keyof typeof fields;

export function writeTar(entries: readonly ArchiveEntry[]): Uint8Array {
  const parts = entries.flatMap((entry, at) => {
    const padding = new Uint8Array((block - (entry.content.length % block)) % block);
    return [header(entry, at), entry.content, padding];
  });
  return concatenated(...parts, new Uint8Array(2 * block));
}

function header({ path, content, mode }: ArchiveEntry, at: number): Uint8Array {
  const bytes = new Uint8Array(block);
  const set = (field: Field, value: Uint8Array): void => bytes.set(value, fields[field][0]);
  const { name, prefix } = namesOf(path, at);
  set("name", name);
  set("prefix", prefix);
  set("mode", octal(mode, "mode"));
  set("owner", octal(0, "owner"));
  set("group", octal(0, "group"));
  set("size", octal(content.length, "size"));
  set("modified", octal(0, "modified"));
  set("kind", encodeUtf8("0"));
  set("magic", encodeUtf8("ustar\u000000"));
  set("checksum", encodeUtf8(`${checksumOf(bytes).toString(8).padStart(6, "0")}\0 `));
  return bytes;
}

function octal(value: number, field: Field): Uint8Array {
  return encodeUtf8(value.toString(8).padStart(fields[field][1] - 1, "0"));
}

/** The sum of a header's bytes, its own field counted as blanks. */
function checksumOf(bytes: Uint8Array): number {
  const [start, length] = fields.checksum;
  return bytes.reduce((sum, byte, at) => sum + (at >= start && at < start + length ? 32 : byte), 0);
}

/** A long path is cut at a slash: what is before it goes to a field of its own. */
function namesOf(path: string, at: number): { name: Uint8Array; prefix: Uint8Array } {
  const fault = (reason: string): Raise => runtimeError(`tar_create: entry ${at + 1} invalid path: ${reason}`);
  if (path.startsWith("/")) throw fault("paths in archives must be relative when setting path for ");
  if (path.split("/").includes("..")) throw fault("paths in archives must not have `..` when setting path for ");
  const whole = encodeUtf8(path);
  if (whole.length <= fields.name[1]) return { name: whole, prefix: new Uint8Array() };
  for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
    const [prefix, name] = [encodeUtf8(path.slice(0, cut)), encodeUtf8(path.slice(cut + 1))];
    if (name.length > 0 && name.length <= fields.name[1] && prefix.length <= fields.prefix[1]) return { name, prefix };
  }
  throw fault("provided value is too long when setting path for ");
}

/** The files of a tar; folders and links are passed over. */
export function readTar(bytes: Uint8Array): readonly ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  let longName: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const head = bytes.subarray(at, at + block);
    if (head.length < block) throw runtimeError("tar_extract: failed to read entire block");
    if (head.every((byte) => byte === 0)) break;
    if (checksumOf(head) !== numberOf(head, "checksum"))
      throw runtimeError("tar_extract: archive header checksum mismatch");
    const size = numberOf(head, "size");
    const content = bytes.slice(at + block, at + block + size);
    if (content.length < size) throw runtimeError("tar_extract: failed to read entire block");
    at += block + Math.ceil(size / block) * block;
    const kind = textOf(head, "kind");
    if (kind === "L") longName = decodeUtf8Lossy(content).replace(/\0+$/, "");
    if (kind !== "0" && kind !== "") continue;
    const prefix = textOf(head, "magic").startsWith("ustar") ? textOf(head, "prefix") : "";
    const name = textOf(head, "name");
    entries.push({
      path: longName ?? (prefix === "" ? name : `${prefix}/${name}`),
      content,
      mode: numberOf(head, "mode"),
    });
    longName = undefined;
  }
  return entries;
}

function textOf(head: Uint8Array, field: Field): string {
  const [start, length] = fields[field];
  const bytes = head.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return decodeUtf8Lossy(end < 0 ? bytes : bytes.subarray(0, end));
}

function numberOf(head: Uint8Array, field: Field): number {
  const [start, length] = fields[field];
  // Sizes beyond eight octal digits are binary, marked by the first bit.
  if (((head[start] ?? 0) & 0x80) !== 0)
    return head.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, 0);
  const digits = textOf(head, field).trim();
  if (!/^[0-7]*$/.test(digits)) throw runtimeError(`tar_extract: numeric field was not a number: ${digits}`);
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}
