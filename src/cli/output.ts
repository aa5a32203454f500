import { fstatSync, writeSync } from "node:fs";

export type StandardStream = "stdout" | "stderr";

/** Where a command writes. Text to both streams arrives in the order in which it was written. */
export interface Output {
  write(stream: StandardStream, text: string): void;
  /** Whether a person sees the stream as it is written. */
  isTerminal(stream: StandardStream): boolean;
  /** Everything written so far leaves. */
  flush(): void;
  /** By default the process ends with status 0 once nobody reads its standard output, as `harn … | head` expects. */
  ignoreBrokenPipe(): void;
}

/** Characters that are collected before a system call is worth it. */
const batchSize = 1 << 16;

/** Seconds after which collected text leaves although the turn goes on: a busy program shows its progress. */
const longestWait = 0.05;

interface Segment {
  readonly stream: StandardStream;
  readonly texts: string[];
}

/**
 * Standard output and error of the process. Text is collected and leaves at the end of the event loop's turn, when a batch is
 * full or old, and at `flush`; then at once and whole, so that ending the process loses nothing.
 */
export class ProcessOutput implements Output {
  #segments: Segment[] = [];
  #size = 0;
  /** When the first of the collected texts was written. */
  #since = 0;
  #isScheduled = false;
  #isBroken = false;
  #endsOnBrokenPipe = true;

  constructor() {
    process.on("exit", () => this.flush());
  }

  write(stream: StandardStream, text: string): void {
    if (text === "") return;
    // Not `performance.now`, whose module a start would have to load.
    const now = process.uptime();
    if (this.#segments.length === 0) this.#since = now;
    const last = this.#segments[this.#segments.length - 1];
    if (last?.stream === stream) last.texts.push(text);
    else this.#segments.push({ stream, texts: [text] });
    this.#size += text.length;
    if (this.#size >= batchSize || now - this.#since > longestWait) this.flush();
    else this.#schedule();
  }

  isTerminal(stream: StandardStream): boolean {
    return isTerminal(stream === "stdout" ? 1 : 2);
  }

  ignoreBrokenPipe(): void {
    this.#endsOnBrokenPipe = false;
  }

  flush(): void {
    const segments = this.#segments;
    this.#segments = [];
    this.#size = 0;
    for (const { stream, texts } of segments) this.#send(stream, Buffer.from(texts.join("")));
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  #send(stream: StandardStream, bytes: Buffer): void {
    if (stream === "stdout" && this.#isBroken) return;
    try {
      writeWhole(stream === "stdout" ? 1 : 2, bytes);
    } catch (error) {
      if (!isBrokenPipe(error)) throw error;
      if (stream === "stderr") return;
      this.#isBroken = true;
      if (this.#endsOnBrokenPipe) process.exit(0);
    }
  }
}

/**
 * Asking the descriptor: asking the process's stream would make it, and load what all streams need. So does the module that
 * can tell a terminal, which is asked only about what may be one.
 */
function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(descriptor);
  } catch {
    // A closed descriptor.
    return false;
  }
}

/** Nobody reads the pipe, or the terminal is gone. */
function isBrokenPipe(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EPIPE" || code === "EIO" || code === "EBADF";
}

/** A pipe that another process made non-blocking takes what fits; the rest waits for its reader. */
function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 2);
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));
