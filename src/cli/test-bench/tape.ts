// The event tape of a test bench: one JSON document a line, a header and then what the program did that the outside decides.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blake3 } from "@noble/hashes/blake3.js";
import { CommandFailure } from "../command-failure.ts";

export const tapeVersion = 1;

export interface TapeHeader {
  readonly type: "header";
  readonly version: number;
  readonly harn_version: string;
  readonly started_at_unix_ms: number;
  readonly script_path: string;
  readonly argv: readonly string[];
}

/** A content by its hash; short texts stand beside it, what is longer lies in the folder `TAPE.cas`. */
export interface Payload {
  readonly content_hash: string;
  readonly text?: string;
  readonly len_bytes?: number;
}

export type TapeEvent =
  | { readonly kind: "clock_read"; readonly source: "wall" | "monotonic"; readonly value_ms: number }
  | { readonly kind: "clock_sleep"; readonly duration_ms: number }
  | {
      readonly kind: "file_read" | "file_write";
      readonly path: string;
      readonly content_hash: string;
      readonly len_bytes: number;
    }
  | { readonly kind: "file_delete"; readonly path: string }
  | {
      readonly kind: "process_spawn";
      readonly program: string;
      readonly args: readonly string[];
      readonly cwd: string | null;
      readonly exit_code: number;
      readonly duration_ms: number;
      readonly stdout_payload: Payload;
      readonly stderr_payload: Payload;
    }
  | { readonly kind: "llm_call"; readonly request_digest: string; readonly response: Payload };

/** Of a tape that was read: kinds of other versions are kept as they are. */
export type RecordedEvent = { readonly kind: string } & Readonly<Record<string, unknown>>;

export interface TapeRecord<E = RecordedEvent> {
  readonly type: "record";
  readonly seq: number;
  readonly phase: string;
  readonly virtual_time_ms: number;
  readonly monotonic_ms: number;
  readonly kind: E;
}

export interface Tape {
  readonly header: TapeHeader;
  readonly records: readonly TapeRecord[];
}

export function hashOf(content: string | Uint8Array): string {
  return Buffer.from(blake3(typeof content === "string" ? new TextEncoder().encode(content) : content)).toString("hex");
}

/** What annotations name their tape by: its records, whatever its header says. */
export function digestOf({ records }: Tape): string {
  return hashOf(records.map(({ type: _, ...record }) => `${JSON.stringify(record)}\n`).join(""));
}

const longestInlineBytes = 4096;

/** Takes events as they happen, and writes them when the run has ended. */
export class TapeRecorder {
  readonly #records: TapeRecord<TapeEvent>[] = [];
  readonly #contents = new Map<string, Uint8Array>();
  readonly #times: () => { readonly virtual: number; readonly monotonic: number };

  constructor(times: () => { readonly virtual: number; readonly monotonic: number }) {
    this.#times = times;
  }

  get length(): number {
    return this.#records.length;
  }

  add(kind: TapeEvent): void {
    const { monotonic, virtual } = this.#times();
    this.#records.push({
      type: "record",
      seq: this.#records.length,
      phase: "user_script",
      virtual_time_ms: Math.floor(virtual),
      monotonic_ms: Math.floor(monotonic),
      kind,
    });
  }

  payload(bytes: Uint8Array): Payload {
    const content_hash = hashOf(bytes);
    if (bytes.length <= longestInlineBytes) {
      const text = Buffer.from(bytes).toString("utf8");
      if (Buffer.from(text, "utf8").equals(bytes)) return { content_hash, text };
    }
    this.#contents.set(content_hash, bytes);
    return { content_hash, len_bytes: bytes.length };
  }

  tape(header: TapeHeader): Tape {
    return { header, records: this.#records as readonly TapeRecord<TapeEvent>[] as readonly TapeRecord[] };
  }

  write(path: string, header: TapeHeader): void {
    const lines = [header, ...this.#records].map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(path, lines.join(""));
    if (this.#contents.size === 0) return;
    mkdirSync(`${path}.cas`, { recursive: true });
    for (const [hash, bytes] of this.#contents) writeFileSync(join(`${path}.cas`, hash), bytes);
  }
}

export function readTape(path: string): Tape {
  const lines = readLines(path, "tape");
  const header = parseLine(lines[0] ?? "", path, 1) as Partial<TapeHeader>;
  if (header.type !== "header" || typeof header.version !== "number")
    throw new CommandFailure("tape_invalid", `${path} is no tape: it does not begin with a header`);
  if (header.version > tapeVersion)
    throw new CommandFailure(
      "tape_invalid",
      `${path} is a tape of version ${header.version}; this version reads those up to ${tapeVersion}`,
    );
  const records = lines.slice(1).map((line, at) => {
    const record = parseLine(line, path, at + 2) as Partial<TapeRecord>;
    if (record.type !== "record" || typeof record.kind?.kind !== "string")
      throw new CommandFailure("tape_invalid", `${path}, line ${at + 2}: not a record of a tape`);
    return record as TapeRecord;
  });
  return { header: header as TapeHeader, records };
}

/** The content behind a payload of a tape that lies at `path`. */
export function contentOf(payload: Payload, path: string): Uint8Array {
  if (payload.text !== undefined) return Buffer.from(payload.text, "utf8");
  const file = join(`${path}.cas`, payload.content_hash);
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CommandFailure("tape_invalid", `${path} keeps a content in ${file}, which cannot be read`, { cause });
  }
}

/** The lines of a file of JSON lines, without empty ones at its end. */
export function readLines(path: string, what: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandFailure("read_failed", `cannot read the ${what} ${path}`, { cause });
  }
  return text.trimEnd().split("\n");
}

function parseLine(line: string, path: string, number: number): unknown {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, with the place.
  }
  throw new CommandFailure("tape_invalid", `${path}, line ${number}: not a JSON object`);
}
