import type { Disk } from "./disk.ts";

const newline = 10;
const firstChunk = 1 << 14;
const largestChunk = 1 << 18;

export interface Line {
  /** Without the line break. */
  readonly bytes: Buffer;
  readonly start: number;
  /** Behind the line break. */
  readonly end: number;
  readonly isComplete: boolean;
}

/** The lines of an open file from one offset to another. A last one without a line break is incomplete. */
export function* linesOf(disk: Disk, file: number, from: number, to: number): Generator<Line> {
  let pending: Buffer = Buffer.alloc(0);
  let start = from;
  let wanted = firstChunk;
  for (let position = from; position < to; ) {
    const chunk = Buffer.allocUnsafe(Math.min(wanted, to - position));
    const count = disk.read(file, chunk, position);
    if (count === 0) break;
    position += count;
    wanted = Math.min(wanted * 2, largestChunk);
    const bytes = pending.length === 0 ? chunk.subarray(0, count) : Buffer.concat([pending, chunk.subarray(0, count)]);
    let lineStart = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, lineStart)) {
      const end = start + (at - lineStart) + 1;
      yield { bytes: bytes.subarray(lineStart, at), start, end, isComplete: true };
      start = end;
      lineStart = at + 1;
    }
    pending = bytes.subarray(lineStart);
  }
  if (pending.length > 0) yield { bytes: pending, start, end: start + pending.length, isComplete: false };
}

export function isBlank({ bytes }: Line): boolean {
  return bytes.length === 0 || bytes.toString("utf8", 0, 64).trim() === "";
}
