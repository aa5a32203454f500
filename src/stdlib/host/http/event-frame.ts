import { DictValue, show, type Value } from "../../../value/index.ts";
import { fail } from "../faults.ts";
import { asDict, intOf } from "../options.ts";

/** Server-sent events as text, both ways. */

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
  readonly retryMs: number | undefined;
}

export function eventValue({ event, data, id, retryMs }: ServerEvent): DictValue {
  return DictValue.of({ type: "event", event, data, id: id ?? null, retry_ms: retryMs ?? null });
}

export function commentFrame(comment: string): string {
  return comment === "" ? ":\n" : fieldLines("", comment);
}

function fieldLines(name: string, value: string): string {
  return value
    .split(/\r\n|\r|\n/)
    .map((line) => `${name}: ${line}\n`)
    .join("");
}

/** One event: a text is its data, a dict its fields, and options stand in for fields it does not have. */
export function eventFrame(event: Value, options: DictValue | undefined): string {
  const fields = asDict(event);
  const find = (...names: readonly string[]): Value | undefined => {
    for (const source of [fields, options]) {
      for (const name of names) {
        const value = source?.get(name);
        if (value !== undefined) return value;
      }
    }
    return undefined;
  };
  const comment = find("comment");
  const id = oneLine("id", find("id"));
  const name = oneLine("event", find("event", "name"));
  const retry = retryOf(find("retry", "retry_ms"));
  const data = fields === undefined ? event : find("data");
  const head = [
    comment === undefined ? "" : commentFrame(show(comment)),
    id === undefined ? "" : `id: ${id}\n`,
    name === undefined ? "" : `event: ${name}\n`,
    retry === undefined ? "" : `retry: ${retry}\n`,
  ].join("");
  // Fields without data are no event to a client, so they get empty data; a lone comment stays one.
  const needsData = data !== undefined || (head !== "" && fields?.has("comment") !== true);
  const body = needsData ? fieldLines("data", data === undefined ? "" : show(data)) : "";
  return `${head + body || ":\n"}\n`;
}

function oneLine(field: string, value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = show(value);
  if (/[\r\n]/.test(text)) throw fail(`sse_event: ${field} must not contain newlines`);
  return text;
}

function retryOf(value: Value | undefined): number | undefined {
  if (value === undefined) return undefined;
  const retry = intOf(value);
  if (retry === undefined || retry < 0) throw fail("sse_event: retry/retry_ms must be a non-negative integer");
  return retry;
}

/** Reads a stream of events as it arrives. */
export class EventReader {
  readonly #decoder = new TextDecoder("utf-8");
  #rest = "";
  #data: string[] = [];
  #event = "";
  #lastId: string | undefined;
  #retry: number | undefined;

  push(chunk: Uint8Array): ServerEvent[] {
    this.#rest += this.#decoder.decode(chunk, { stream: true });
    const events: ServerEvent[] = [];
    for (let end = this.#lineEnd(); end !== undefined; end = this.#lineEnd()) {
      const line = this.#rest.slice(0, end.at);
      this.#rest = this.#rest.slice(end.at + end.length);
      const event = this.#line(line);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** A carriage return at the very end may be half of a break. */
  #lineEnd(): { readonly at: number; readonly length: number } | undefined {
    const match = /\r\n|\n|\r(?!$)/.exec(this.#rest);
    return match === null ? undefined : { at: match.index, length: match[0].length };
  }

  #line(line: string): ServerEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#lastId = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.#retry = Number(value);
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const data = this.#data;
    const event: ServerEvent = {
      event: this.#event || "message",
      data: data.join("\n"),
      id: this.#lastId === "" ? undefined : this.#lastId,
      retryMs: this.#retry,
    };
    this.#data = [];
    this.#event = "";
    this.#retry = undefined;
    return data.length === 0 ? undefined : event;
  }
}

/** A frame that a program is about to see: an event or a comment. */
export function frameValue(frame: string): DictValue {
  const comments = frame
    .split("\n")
    .filter((line) => line.startsWith(":"))
    .map((line) => line.slice(1).replace(/^ /, ""));
  const [event] = new EventReader().push(new TextEncoder().encode(frame));
  const value =
    event === undefined && comments.length > 0
      ? DictValue.of({ type: "comment", comment: comments.join("\n") })
      : eventValue(event ?? { event: "message", data: "", id: undefined, retryMs: undefined });
  return value.with("raw", frame);
}
