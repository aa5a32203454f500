import type { Readable } from "node:stream";
import type { HostInput } from "../../builtin/index.ts";

type Source = Readable & { ref?(): unknown; unref?(): unknown };

/**
 * Reads a stream line by line, on demand. Between reads it neither takes anything from the stream's consumers nor keeps the
 * process alive; while somebody waits for a line it does.
 */
export class StreamInput implements HostInput {
  readonly #source: () => Source;
  /** Made when there is something to decode: few programs read, and it costs a start. */
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #text = "";
  #ended = false;
  #waiting: Promise<void> | undefined;
  #wakeUp: (() => void) | undefined;
  #attached: Source | undefined;

  constructor(source: () => Source) {
    this.#source = source;
  }

  async readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end !== -1) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (this.#ended) return this.#takeRest();
      await this.#more();
    }
  }

  async readAll(): Promise<string> {
    while (!this.#ended) await this.#more();
    return this.#takeRest() ?? "";
  }

  #takeRest(): string | undefined {
    if (this.#text === "") return undefined;
    const rest = this.#text;
    this.#text = "";
    return rest;
  }

  /** Waits for the next chunk or the end; several readers may wait at once. */
  #more(): Promise<void> {
    this.#waiting ??= new Promise((resolve) => {
      const source = this.#attach();
      this.#wakeUp = () => {
        this.#wakeUp = undefined;
        this.#waiting = undefined;
        source.pause();
        source.unref?.();
        resolve();
      };
      source.ref?.();
      source.resume();
    });
    return this.#waiting;
  }

  #attach(): Source {
    if (this.#attached !== undefined) return this.#attached;
    const source = this.#source();
    const end = (): void => {
      if (!this.#ended) this.#text += this.#decode(undefined, false);
      this.#ended = true;
      this.#wakeUp?.();
    };
    source.on("data", (chunk: Buffer | string) => {
      this.#text += typeof chunk === "string" ? chunk : this.#decode(chunk, true);
      this.#wakeUp?.();
    });
    source.once("end", end);
    // A stream that breaks, as a terminal that was closed, has no more lines to give.
    source.once("error", end);
    source.once("close", end);
    source.pause();
    this.#attached = source;
    return source;
  }

  #decode(bytes: Uint8Array | undefined, stream: boolean): string {
    this.#decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
    return this.#decoder.decode(bytes, { stream });
  }
}
