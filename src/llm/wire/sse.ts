import { LineDecoder } from "./lines.ts";

export interface SseEvent {
  /** The `event:` field, or "" when the event has none. */
  readonly event: string;
  readonly data: string;
}

/** Server-sent events out of a byte stream that may be cut anywhere. Comments and fields other than event and data are skipped. */
export class SseDecoder {
  readonly #lines = new LineDecoder();
  #event = "";
  #data: string[] = [];

  push(chunk: Uint8Array): SseEvent[] {
    return this.#read(this.#lines.push(chunk));
  }

  /** What is left when the stream ends: servers do not always send the last blank line. */
  end(): SseEvent[] {
    return this.#read([...this.#lines.end(), ""]);
  }

  #read(lines: readonly string[]): SseEvent[] {
    const events: SseEvent[] = [];
    for (const line of lines) {
      if (line !== "") {
        this.#field(line);
        continue;
      }
      if (this.#data.length > 0)
        events.push({
          event: this.#event,
          data: this.#data.length === 1 ? (this.#data[0] as string) : this.#data.join("\n"),
        });
      this.#event = "";
      this.#data = [];
    }
    return events;
  }

  #field(line: string): void {
    if (line.startsWith("data: ")) {
      this.#data.push(line.slice("data: ".length));
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? "" : line.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
  }
}

/** A stream of one JSON object a line, as events without a name. */
export class LineEvents {
  readonly #lines = new LineDecoder();

  push(chunk: Uint8Array): SseEvent[] {
    return events(this.#lines.push(chunk));
  }

  end(): SseEvent[] {
    return events(this.#lines.end());
  }
}

function events(lines: readonly string[]): SseEvent[] {
  return lines.flatMap((data) => (data.trim() === "" ? [] : [{ event: "", data }]));
}
