import type { HostFiles } from "../../builtin/index.ts";
import { printPersistedEvent } from "./envelope.ts";
import type { AgentEvent } from "./event.ts";
import type { AgentEventSink } from "./sink.ts";

/** A file that has reached this size is the last one of its name: the next event begins another. */
export const rotateBytes = 100 * 1024 * 1024;

export interface JsonlSinkOptions {
  readonly files: HostFiles;
  readonly path: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly rotateBytes?: number;
}

/**
 * Writes the events of one session into a file, one JSON object a line. Each line is out when `handle` returns. A line that
 * cannot be written is lost: the run matters more than its log. `flush` tells of it.
 */
export class JsonlEventSink implements AgentEventSink {
  readonly #files: HostFiles;
  readonly #basePath: string;
  readonly #now: () => number;
  readonly #limit: number;
  #path: string;
  #index = 0;
  #bytesWritten = 0;
  #rotation = 0;
  #failure: unknown;
  /** A line may have been cut: the next one must not continue it. */
  #isTorn = false;

  private constructor(options: JsonlSinkOptions) {
    this.#files = options.files;
    this.#basePath = options.files.resolve(options.path);
    this.#path = this.#basePath;
    this.#now = options.now;
    this.#limit = options.rotateBytes ?? rotateBytes;
  }

  /** Makes the folder if need be, and empties the file: a session that begins anew begins at 0. */
  static open(options: JsonlSinkOptions): JsonlEventSink {
    const sink = new JsonlEventSink(options);
    options.files.makeFolder(options.files.resolve(sink.#basePath, ".."));
    options.files.writeText(sink.#basePath, "");
    return sink;
  }

  /** Events received so far, which is the index of the next. */
  get eventCount(): number {
    return this.#index;
  }

  handle(event: AgentEvent): void {
    const index = this.#index++;
    try {
      const emittedAtMs = Math.max(0, Math.trunc(this.#now()));
      const line = `${printPersistedEvent({ index, emittedAtMs, frameDepth: null, event })}\n`;
      this.#write(line);
      this.#rotateIfFull();
    } catch (error) {
      this.#failure ??= error;
    }
  }

  flush(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #write(line: string): void {
    this.#bytesWritten += utf8Length(line);
    try {
      this.#files.appendText(this.#path, this.#isTorn ? `\n${line}` : line);
      this.#isTorn = false;
    } catch (error) {
      this.#isTorn = true;
      throw error;
    }
  }

  /** Looks after the write, so that the event which fills a file is the last one in it. */
  #rotateIfFull(): void {
    if (this.#bytesWritten < this.#limit) return;
    const rotated = this.#rotatedPath(this.#rotation + 1);
    this.#files.writeText(rotated, "");
    this.#rotation++;
    this.#path = rotated;
    this.#bytesWritten = 0;
    this.#isTorn = false;
  }

  #rotatedPath(rotation: number): string {
    const folder = this.#files.resolve(this.#basePath, "..");
    const name = this.#basePath.slice(this.#basePath.lastIndexOf(this.#files.separator) + 1);
    const dot = name.lastIndexOf(".");
    const stem = dot > 0 ? name.slice(0, dot) : name;
    const extension = dot > 0 ? name.slice(dot + 1) : "";
    const number = String(rotation).padStart(6, "0");
    return this.#files.resolve(folder, `${stem || "event_log"}-${number}.${extension || "jsonl"}`);
  }
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // Two more for a unit that is a character, one more for each half of a pair, which is four bytes together.
    length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}
