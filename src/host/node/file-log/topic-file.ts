import { type EventId, hashOf, type LogEvent, type Sha256, type Topic } from "../../../eventlog/index.ts";
import { type Disk, withFile } from "./disk.ts";
import { decodeLine, idOfLine, isWholeLine } from "./lines.ts";

const newline = 10;
const chunkSize = 1 << 18;
/** One entry of the index for that many events. */
const indexEvery = 256;

interface IndexEntry {
  readonly id: EventId;
  readonly offset: number;
}

/** The file of one topic: what is known of it, and reading from it. It is looked at again whenever it has grown or was replaced. */
export class TopicFile {
  readonly path: string;
  readonly #disk: Disk;
  readonly #topic: Topic;
  readonly #sha256: Sha256;
  #fileId: number | undefined;
  /** Behind the last complete line. */
  #end = 0;
  #index: IndexEntry[] = [];
  #count = 0;
  #last: EventId = 0;
  /** The last line, or the hash it carries. */
  #lastLine: string | undefined;
  #lastHash: string | undefined;
  /** The last line is whole but was left without a line break. */
  #needsBreak = false;

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

  get count(): number {
    return this.#count;
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
    if (found === undefined) return this.#forget(undefined);
    if (found.id !== this.#fileId || found.size < this.#end) this.#forget(found.id);
    if (found.size > this.#end) this.#scan();
  }

  /** What this process has just written at the end. */
  wrote(events: readonly LogEvent[], offsets: readonly number[], end: number): void {
    for (const [at, event] of events.entries()) this.#note(event.id, offsets[at] as number);
    const last = events.at(-1);
    if (last !== undefined) this.#lastHash = hashOf(last, this.#sha256);
    this.#lastLine = undefined;
    this.#end = end;
    this.#needsBreak = false;
    this.#fileId ??= this.#disk.stat(this.path)?.id;
  }

  /** Events above `after`, at most `limit`, oldest first. */
  read(after: EventId, limit: number): LogEvent[] {
    if (limit <= 0 || this.#last <= after) return [];
    const events: LogEvent[] = [];
    for (const { line } of this.#lines(this.#offsetBefore(after + 1), this.#end)) {
      if (idOfLine(this.#topic, line) <= after) continue;
      events.push(decodeLine(this.#topic, line));
      if (events.length === limit) break;
    }
    return events;
  }

  /** Where the first event above `id` begins. */
  offsetAfter(id: EventId): number {
    for (const { line, start } of this.#lines(this.#offsetBefore(id + 1), this.#end))
      if (idOfLine(this.#topic, line) > id) return start;
    return this.#end;
  }

  #forget(fileId: number | undefined): void {
    this.#fileId = fileId;
    this.#end = 0;
    this.#index = [];
    this.#count = 0;
    this.#last = 0;
    this.#lastLine = undefined;
    this.#lastHash = undefined;
    this.#needsBreak = false;
  }

  #scan(): void {
    if (this.#needsBreak) return this.#rescan();
    let last: string | undefined;
    for (const { line, start, end, isComplete } of this.#lines(this.#end, undefined)) {
      if (!isComplete) {
        if (!isWholeLine(this.#topic, line)) break;
        this.#needsBreak = true;
      }
      this.#end = end;
      if (line.trim() === "") continue;
      this.#note(idOfLine(this.#topic, line), start);
      last = line;
    }
    if (last === undefined) return;
    this.#lastLine = last;
    this.#lastHash = undefined;
  }

  /** Somebody wrote on behind a line without a break. */
  #rescan(): void {
    this.#forget(this.#fileId);
    this.#scan();
  }

  #note(id: EventId, offset: number): void {
    if (this.#count++ % indexEvery === 0) this.#index.push({ id, offset });
    this.#last = Math.max(this.#last, id);
  }

  /** A place at or before the event of that id. */
  #offsetBefore(id: EventId): number {
    let [low, high] = [0, this.#index.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#index[middle] as IndexEntry).id <= id) low = middle + 1;
      else high = middle;
    }
    return this.#index[low - 1]?.offset ?? 0;
  }

  /** Lines from one offset to another; without an end, to the end of the file, where the last line may be incomplete. */
  *#lines(from: number, to: number | undefined): Generator<Line> {
    const file = this.#disk.open(this.path, "r");
    try {
      yield* linesOf(this.#disk, file, from, to ?? this.#disk.sizeOf(file));
    } finally {
      this.#disk.close(file);
    }
  }
}

export interface Line {
  readonly line: string;
  readonly start: number;
  /** Behind the line break. */
  readonly end: number;
  readonly isComplete: boolean;
}

export function* linesOf(disk: Disk, file: number, from: number, to: number): Generator<Line> {
  let pending: Buffer = Buffer.alloc(0);
  let start = from;
  for (let position = from; position < to; ) {
    const chunk = Buffer.alloc(Math.min(chunkSize, to - position));
    const count = disk.read(file, chunk, position);
    if (count === 0) break;
    position += count;
    const bytes = pending.length === 0 ? chunk.subarray(0, count) : Buffer.concat([pending, chunk.subarray(0, count)]);
    let lineStart = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, lineStart)) {
      const end = start + (at - lineStart) + 1;
      yield { line: bytes.toString("utf8", lineStart, at), start, end, isComplete: true };
      start = end;
      lineStart = at + 1;
    }
    pending = bytes.subarray(lineStart);
  }
  if (pending.length > 0) {
    yield { line: pending.toString("utf8"), start, end: start + pending.length, isComplete: false };
  }
}

export function readFileLines(disk: Disk, path: string): Line[] {
  if (disk.stat(path) === undefined) return [];
  return withFile(disk, path, "r", (file) => [...linesOf(disk, file, 0, disk.sizeOf(file))]);
}
