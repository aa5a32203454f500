import type { Readable } from "node:stream";
import type { HostInput, Stop } from "../../builtin/index.ts";

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
  /** Those who wait for more; while there are any, the stream flows. */
  readonly #waiting = new Set<() => void>();
  #attached: Source | undefined;

  constructor(source: () => Source) {
    this.#source = source;
  }

  async readLine(stop?: Stop): Promise<string | undefined> {
    while (stop?.aborted !== true) {
      const end = this.#text.indexOf("\n");
      if (end !== -1) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (this.#ended) return this.#takeRest();
      await this.#more(stop);
    }
    return undefined;
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

  /** Waits for the next chunk, the end, or the stop; several readers may wait at once. */
  #more(stop?: Stop): Promise<void> {
    return new Promise((resolve) => {
      const source = this.#attach();
      const leave = (): void => {
        stop?.removeEventListener("abort", leave);
        this.#waiting.delete(leave);
        if (this.#waiting.size === 0) {
          source.pause();
          source.unref?.();
        }
        resolve();
      };
      stop?.addEventListener("abort", leave, { once: true });
      this.#waiting.add(leave);
      source.ref?.();
      source.resume();
    });
  }

  #wakeAll(): void {
    for (const leave of [...this.#waiting]) leave();
  }

  #attach(): Source {
    if (this.#attached !== undefined) return this.#attached;
    const source = this.#source();
    const end = (): void => {
      if (!this.#ended) this.#text += this.#decode(undefined, false);
      this.#ended = true;
      this.#wakeAll();
    };
    source.on("data", (chunk: Buffer | string) => {
      this.#text += typeof chunk === "string" ? chunk : this.#decode(chunk, true);
      this.#wakeAll();
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
