// Finding the events of a topic's file that carry a header, at the speed of a search for bytes: lines that do not name it are never
// taken apart.
import type { EventId, Topic } from "../../../eventlog/index.ts";
import type { Disk } from "./disk.ts";
import { decodeLine, idOfLine } from "./lines.ts";

const newline = 10;
const quote = 34;
const chunkSize = 1 << 20;

/** An event that carries a header, and what it says there. */
export interface CarriedHeader {
  readonly id: EventId;
  readonly value: string;
}

/** The events that carry a header, of the lines from one offset to another. */
export function* headersBetween(
  { disk, file, topic }: { readonly disk: Disk; readonly file: number; readonly topic: Topic },
  from: number,
  to: number,
  header: string,
): Generator<CarriedHeader> {
  const name = Buffer.from(`${JSON.stringify(header)}:`);
  for (const bytes of chunksOf(disk, file, from, to)) {
    for (let at = bytes.indexOf(name); at !== -1; ) {
      const lineStart = at === 0 ? 0 : bytes.lastIndexOf(newline, at - 1) + 1;
      const lineBreak = bytes.indexOf(newline, at);
      const lineEnd = lineBreak === -1 ? bytes.length : lineBreak;
      const line = bytes.subarray(lineStart, lineEnd);
      const value = valueIn(line, name) ?? decodeLine(topic, line.toString("utf8")).headers[header];
      if (value !== undefined) yield { id: idOfLine(topic, line), value };
      at = bytes.indexOf(name, lineEnd);
    }
  }
}

/** Whole lines, about so many bytes at a time. */
function* chunksOf(disk: Disk, file: number, from: number, to: number): Generator<Buffer> {
  let size = chunkSize;
  for (let start = from; start < to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(size, to - start));
    const bytes = buffer.subarray(0, disk.read(file, buffer, start));
    const isLast = bytes.length < buffer.length || start + bytes.length >= to;
    const end = isLast ? bytes.length : bytes.lastIndexOf(newline) + 1;
    if (end > 0) yield bytes.subarray(0, end);
    if (isLast) return;
    start += end;
    // Without a line break in it, it is part of a line that is longer.
    size = end > 0 ? chunkSize : size * 2;
  }
}

const usualStart = Buffer.from('{"id":');
const headersStart = Buffer.from(',"headers":{');
const headersEnd = Buffer.from('},"occurred_at_ms":');
const brace = 125;

/**
 * The value in a line as we lay it out: headers stand behind the payload, each a plain text, and nothing in them ends before the last
 * of them does. Quotes within texts are escaped, so that no text can pass for the name of a header. Undefined where it is not
 * there, or where a parser has to be asked.
 */
function valueIn(line: Buffer, name: Buffer): string | undefined {
  if (line.compare(usualStart, 0, usualStart.length, 0, usualStart.length) !== 0) return undefined;
  const at = line.lastIndexOf(name);
  const headersAt = line.lastIndexOf(headersStart);
  if (headersAt === -1 || at < headersAt || line.indexOf(brace, headersAt) !== line.lastIndexOf(headersEnd))
    return undefined;
  const first = at + name.length;
  const last = line[first] === quote ? line.indexOf(quote, first + 1) : -1;
  const text = last === -1 ? undefined : line.toString("utf8", first + 1, last);
  return text?.includes("\\") ? undefined : text;
}
