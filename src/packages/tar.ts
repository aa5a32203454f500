/** A regular file of an archive. Paths are relative, with `/`. */
export interface ArchiveMember {
  readonly path: string;
  readonly content: Uint8Array;
}

/** An archive that cannot be trusted or understood. The message is complete. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

const block = 512;

/** Members in the given order, with mode 0644 and no owner and no time: equal members give equal bytes. */
export function writeTar(members: readonly ArchiveMember[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const seen = new Set<string>();
  for (const { path, content } of members) {
    if (seen.has(path)) throw new ArchiveError(`duplicate archive entry: ${path}`);
    seen.add(path);
    const name = Buffer.from(containedPath(path));
    if (name.length > 100)
      parts.push(header("././@LongLink", name.length + 1, "L"), padded(Buffer.concat([name, Buffer.alloc(1)])));
    parts.push(header(name.subarray(0, 100), content.length, "0"), padded(content));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function padded(content: Uint8Array): Uint8Array {
  const rest = content.length % block;
  return rest === 0 ? content : Buffer.concat([content, Buffer.alloc(block - rest)]);
}

function header(name: string | Uint8Array, size: number, type: string): Uint8Array {
  const bytes = Buffer.alloc(block);
  bytes.set(typeof name === "string" ? Buffer.from(name) : name, 0);
  const octal = (value: number, at: number, width: number): void => {
    bytes.write(value.toString(8).padStart(width - 1, "0"), at, "latin1");
  };
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.fill(" ", 148, 156);
  bytes.write(type, 156, "latin1");
  bytes.write("ustar  ", 257, "latin1");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}

/** The regular files of an archive, by path. Folders are left out; links and devices are refused. */
export function readTar(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const members = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + block <= bytes.length; ) {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset + at, block);
    if (head.every((byte) => byte === 0)) break;
    requireChecksum(head);
    const size = octalAt(head, 124, 12);
    const start = at + block;
    if (start + size > bytes.length) throw new ArchiveError("harnpack archive ends in the middle of an entry");
    const content = bytes.slice(start, start + size);
    at = start + Math.ceil(size / block) * block;
    const type = String.fromCharCode(head[156] ?? 0);
    if (type === "L") {
      longName = textOf(content.subarray(0, -1));
      continue;
    }
    const path = longName ?? nameIn(head);
    longName = undefined;
    if (type === "5") continue;
    if (type !== "0" && type !== "\0") throw new ArchiveError(`archive entry is not a regular file: ${path}`);
    const contained = containedPath(path);
    if (members.has(contained)) throw new ArchiveError(`duplicate archive entry: ${contained}`);
    members.set(contained, content);
  }
  requireFiles(members);
  return members;
}

/** No file lies inside another: such an archive could not be unpacked. */
function requireFiles(members: ReadonlyMap<string, Uint8Array>): void {
  for (const path of members.keys())
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1))
      if (members.has(path.slice(0, at)))
        throw new ArchiveError(`archive entry is a file and a folder: ${path.slice(0, at)}`);
}

function requireChecksum(head: Buffer): void {
  const stored = octalAt(head, 148, 8);
  const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (stored !== sum) throw new ArchiveError("harnpack archive is damaged: an entry's checksum does not fit");
}

function octalAt(head: Buffer, at: number, width: number): number {
  const text = head
    .toString("latin1", at, at + width)
    .replace(/[\0 ]+$/, "")
    .trim();
  if (!/^[0-7]*$/.test(text)) throw new ArchiveError("harnpack archive is damaged: an entry has no size");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function nameIn(head: Buffer): string {
  const field = (at: number, width: number): Uint8Array => {
    const bytes = head.subarray(at, at + width);
    const end = bytes.indexOf(0);
    return end === -1 ? bytes : bytes.subarray(0, end);
  };
  const isPosix = head.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? textOf(field(345, 155)) : "";
  const name = textOf(field(0, 100));
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ArchiveError(`archive path is not valid UTF-8: ${Buffer.from(bytes).toString("latin1")}`);
  }
}

/** The path without `.` components. One that leads out of the archive, or nowhere, is refused. */
export function containedPath(path: string): string {
  const isRooted = /^[/\\]|^[A-Za-z]:/.test(path);
  const parts = path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  if (isRooted || parts.includes("..")) throw new ArchiveError(`archive path must be relative and contained: ${path}`);
  if (path.includes("\0"))
    throw new ArchiveError(`archive path must be relative and contained: ${path.replaceAll("\0", "\\0")}`);
  if (parts.length === 0) throw new ArchiveError("archive path is empty");
  return parts.join("/");
}
