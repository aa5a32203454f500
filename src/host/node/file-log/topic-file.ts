// The file of one topic: what is known of it, and reading from it. It is looked at again whenever it has grown or was replaced.
//
// T1. Ids increase from line to line, so any id is found by halving, whatever the size: no index is kept, and none can be wrong.
// T2. A first look reads the end of the file alone. What is before it is read when it is asked for, and a line there that makes no
//     sense fails that reading.
// T3. The events behind the last checkpoint are in the journal as well (`journal.ts`): damage there is found and mended from it.
import { type EventId, hashOf, type LogEvent, type Sha256, type Topic } from "../../../eventlog/index.ts";
import { type Disk, withFile } from "./disk.ts";
import { headersBetween } from "./header-scan.ts";
import { isBlank, type Line, linesOf } from "./line-reader.ts";
import { decodeLine, idOfLine, isWholeLine } from "./lines.ts";

/** How much of the end a first look reads; more only where no whole line is in it. */
const tailSize = 1 << 18;
/** Halving ends at so many bytes, which are then read line by line. */
const smallestHalf = 1 << 14;

export class TopicFile {
  readonly path: string;
  readonly #disk: Disk;
  readonly #topic: Topic;
  readonly #sha256: Sha256;
  #fileId: number | undefined;
  /** Behind the last complete line. */
  #end = 0;
  #last: EventId = 0;
  /** The last line, or the hash it carries. */
  #lastLine: string | undefined;
  #lastHash: string | undefined;
  /** The last line is whole but was left without a line break. */
  #needsBreak = false;
  /** Where the last reading ended: the next one often goes on there. */
  #reading = { after: 0, offset: 0 };

  constructor(disk: Disk, path: string, topic: Topic, sha256: Sha256) {
    this.#disk = disk;
    this.path = path;
    this.#topic = topic;
    this.#sha256 = sha256;
  }

  /** Of the last event that is in the file; 0 when none is. */
  get lastId(): EventId {
    return this.#last;
  }

  /** Behind the last complete line; what follows there is torn. */
  get end(): number {
    return this.#end;
  }

  get needsBreak(): boolean {
    return this.#needsBreak;
  }

  get lastHash(): string | undefined {
    if (this.#lastHash === undefined && this.#lastLine !== undefined)
      this.#lastHash = hashOf(decodeLine(this.#topic, this.#lastLine), this.#sha256);
    return this.#lastHash;
  }

  /** Looks at what was written since the last look, by whomever. */
  refresh(): void {
    const found = this.#disk.stat(this.path);
    if (found === undefined) return this.forget();
    // Somebody may have written on behind a line without a break.
    if (found.id !== this.#fileId || found.size < this.#end || (this.#needsBreak && found.size > this.#end))
      this.forget();
    this.#fileId = found.id;
    if (found.size > this.#end) this.#open((file) => this.#scan(file, found.size));
  }

  /** What this process has just written at the end. */
  wrote(events: readonly LogEvent[], end: number): void {
    const last = events.at(-1);
    if (last !== undefined) {
      this.#last = Math.max(this.#last, last.id);
      this.#lastHash = hashOf(last, this.#sha256);
    }
    this.#lastLine = undefined;
    this.#end = end;
    this.#needsBreak = false;
    this.#fileId ??= this.#disk.stat(this.path)?.id;
  }

  forget(): void {
    this.#fileId = undefined;
    this.#end = 0;
    this.#last = 0;
    this.#lastLine = undefined;
    this.#lastHash = undefined;
    this.#needsBreak = false;
    this.#reading = { after: 0, offset: 0 };
  }

  /** Events above `after`, at most `limit`, oldest first. */
  read(after: EventId, limit: number): LogEvent[] {
    if (limit <= 0 || this.#last <= after) return [];
    const events: LogEvent[] = [];
    this.#open((file) => {
      const from = this.#reading.after === after ? this.#reading.offset : this.#placeBefore(file, after, this.#end);
      for (const line of linesOf(this.#disk, file, from, this.#end)) {
        if (isBlank(line) || idOfLine(this.#topic, line.bytes) <= after) continue;
        const event = decodeLine(this.#topic, line.bytes.toString("utf8"));
        events.push(event);
        this.#reading = { after: event.id, offset: line.end };
        if (events.length === limit) break;
      }
    });
    return events;
  }

  /**
   * Tells of the events above `after` that carry a header, oldest first, until `take` has what it wants. Gives the id up to which
   * it looked.
   */
  headersAbove(after: EventId, header: string, take: (value: string, id: EventId) => boolean): EventId {
    if (this.#last <= after) return after;
    const from = this.offsetAfter(after);
    return this.#open((file) => {
      for (const { id, value } of headersBetween(
        { disk: this.#disk, file, topic: this.#topic },
        from,
        this.#end,
        header,
      ))
        if (id > after && take(value, id)) return id;
      return this.#last;
    });
  }

  /** Where the first event above `id` begins. */
  offsetAfter(id: EventId): number {
    if (this.#end === 0) return 0;
    return this.#open((file) => {
      for (const line of linesOf(this.#disk, file, this.#placeBefore(file, id, this.#end), this.#end))
        if (!isBlank(line) && idOfLine(this.#topic, line.bytes) > id) return line.start;
      return this.#end;
    });
  }

  /** How many events are between two offsets. */
  countBetween(from: number, to: number): number {
    if (from === to) return 0;
    return this.#open((file) => {
      let count = 0;
      for (const line of linesOf(this.#disk, file, from, to)) if (!isBlank(line)) count++;
      return count;
    });
  }

  /**
   * All that is in the file from the first line on that is not below `id`, whole or torn: a line that makes no sense counts as such
   * a line, since all that may be damaged is behind the last checkpoint.
   */
  contentFrom(id: EventId): { readonly start: number; readonly bytes: Buffer } {
    if (this.#disk.stat(this.path) === undefined) return { start: 0, bytes: Buffer.alloc(0) };
    return this.#open((file) => {
      const size = this.#disk.sizeOf(file);
      let start = size;
      for (const line of linesOf(this.#disk, file, this.#placeBefore(file, id - 1, size), size)) {
        if (isBlank(line) || (line.isComplete && this.#idOf(line) < id)) continue;
        start = line.start;
        break;
      }
      const bytes = Buffer.alloc(size - start);
      this.#disk.read(file, bytes, start);
      return { start, bytes };
    });
  }

  #scan(file: number, size: number): void {
    const isFirst = this.#end === 0;
    this.#look(file, isFirst ? this.#tailOf(file, size) : this.#end, size);
    if (isFirst && this.#last === 0) this.#look(file, 0, size);
  }

  #look(file: number, from: number, size: number): void {
    let last: Buffer | undefined;
    for (const line of linesOf(this.#disk, file, from, size)) {
      if (!line.isComplete) {
        if (!isWholeLine(this.#topic, line.bytes.toString("utf8"))) break;
        this.#needsBreak = true;
      }
      this.#end = line.end;
      if (isBlank(line)) continue;
      this.#last = Math.max(this.#last, idOfLine(this.#topic, line.bytes));
      last = line.bytes;
    }
    if (last === undefined) return;
    this.#lastLine = last.toString("utf8");
    this.#lastHash = undefined;
  }

  /** Where a line begins near the end, with a whole line or more behind it. */
  #tailOf(file: number, size: number): number {
    for (let length = tailSize; length < size; length *= 2) {
      const bytes = Buffer.alloc(length);
      this.#disk.read(file, bytes, size - length);
      const first = bytes.indexOf("\n");
      if (first !== -1 && bytes.includes("\n", first + 1)) return size - length + first + 1;
    }
    return 0;
  }

  /** The beginning of a line with `id` or less, near the first one above it; of the first line where there is none. */
  #placeBefore(file: number, id: EventId, end: number): number {
    let [low, high] = [0, end];
    while (high - low > smallestHalf) {
      const middle = Math.floor((low + high) / 2);
      const line = this.#firstFrom(file, middle, high);
      if (line !== undefined && this.#idOf(line) <= id) low = line.start;
      else high = middle;
    }
    return low;
  }

  /** The first line that begins between two places. */
  #firstFrom(file: number, from: number, to: number): Line | undefined {
    let isPartOfAnother = true;
    for (const line of linesOf(this.#disk, file, from - 1, this.#disk.sizeOf(file))) {
      if (line.start >= to || !line.isComplete) return undefined;
      if (!isPartOfAnother && !isBlank(line)) return line;
      isPartOfAnother = false;
    }
    return undefined;
  }

  /** Greater than any where the line makes no sense. */
  #idOf(line: Line): EventId {
    try {
      return idOfLine(this.#topic, line.bytes);
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  #open<T>(use: (file: number) => T): T {
    return withFile(this.#disk, this.path, "r", use);
  }
}
