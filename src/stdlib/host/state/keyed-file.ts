// A small dictionary that outlives the process, in one JSON file.
//
// K1. Changes are seen by this runtime at once, and written a moment later: one write serves all that came before it.
// K2. Whoever shows the outside something asks for `durable()` first, so nobody ever sees what a crash could undo.
// K3. The file is whole at any moment, and what another process wrote in between is read before this one changes anything.

import type { FileStat, HostClock, HostFiles } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import {
  compareText,
  DictValue,
  JsonError,
  Raise,
  readJson,
  runtimeError,
  show,
  stringifyJson,
  type Value,
} from "../../../value/index.ts";
import { jsonOnly } from "./json-only.ts";

export interface KeyedFileOptions {
  /** What errors call it: `store`, `checkpoint`. */
  readonly label: string;
  /** Absolute; without one, values live as long as the runtime. */
  readonly path: string | undefined;
  readonly files: HostFiles | undefined;
  /** The machine's own clock: a mocked one would put writes off for ever. */
  readonly clock: HostClock;
}

/** Milliseconds that a change waits for company. */
const linger = 20;

export class KeyedFile {
  readonly #options: KeyedFileOptions;
  #values: Map<string, Value> | undefined;
  #seen: string | undefined;
  #cancelWrite: (() => void) | undefined;
  #dirtySince: number | undefined;

  constructor(options: KeyedFileOptions) {
    this.#options = options;
  }

  get(key: string): Value {
    return this.#read().get(key) ?? null;
  }

  has(key: string): boolean {
    return this.#read().has(key);
  }

  keys(): string[] {
    return [...this.#read().keys()].sort(compareText);
  }

  set(key: string, value: Value): void {
    this.#read().set(key, jsonOnly(value));
    this.#changed();
  }

  delete(key: string): void {
    if (this.#read().delete(key)) this.#changed();
  }

  clear(): void {
    if (this.#read().size === 0) return;
    this.#read().clear();
    this.#changed();
  }

  get isDurable(): boolean {
    return this.#dirtySince === undefined;
  }

  async durable(): Promise<void> {
    this.durableNow();
  }

  /** Throws an `Error`: whoever asks here is no program. */
  durableNow(): void {
    try {
      this.save();
    } catch (error) {
      throw error instanceof Raise ? new Error(show(error.value), { cause: error }) : error;
    }
  }

  /** Writes now what is not written yet. */
  save(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    const { path, files, label } = this.#options;
    if (this.#dirtySince === undefined || path === undefined || files === undefined) return this.#written(undefined);
    try {
      files.makeFolder(files.resolve(path, ".."));
      files.writeAtomic(path, stringifyJson(DictValue.of(Object.fromEntries(this.#values ?? [])), 2));
    } catch (cause) {
      throw runtimeError(`${label} write error: ${messageOf(cause)}`);
    }
    this.#written(this.#stamp());
  }

  #written(stamp: string | undefined): void {
    this.#dirtySince = undefined;
    this.#seen = stamp;
  }

  #changed(): void {
    const now = this.#options.clock.monotonic();
    this.#dirtySince ??= now;
    // A program that never waits gives the timer no chance.
    if (now - this.#dirtySince > linger) return this.save();
    this.#cancelWrite ??= this.#options.clock.schedule(linger, () => this.#writeLater());
  }

  /** A write that fails here is tried again by whoever waits for it, and told to them. */
  #writeLater(): void {
    try {
      this.save();
    } catch {
      this.#cancelWrite = undefined;
    }
  }

  #read(): Map<string, Value> {
    const stamp = this.isDurable ? this.#stamp() : this.#seen;
    if (this.#values === undefined || stamp !== this.#seen) {
      this.#values = this.#load();
      this.#seen = stamp;
    }
    return this.#values;
  }

  #load(): Map<string, Value> {
    const { path, files, label } = this.#options;
    if (path === undefined || files === undefined) return this.#values ?? new Map();
    if (!files.exists(path)) return new Map();
    try {
      const document = readJson(files.readText(path));
      if (document instanceof DictValue) return new Map(document.entries());
    } catch (cause) {
      if (!(cause instanceof JsonError)) throw runtimeError(`${label} read error: ${messageOf(cause)}`);
      throw runtimeError(`${label} read error: ${path} is not JSON: ${cause.message}; mend or remove it`);
    }
    throw runtimeError(`${label} read error: ${path} holds no JSON object; mend or remove it`);
  }

  /** Tells one content of the file from another without reading it; absent: no file. */
  #stamp(): string | undefined {
    const { path, files } = this.#options;
    if (path === undefined || files?.exists(path) !== true) return undefined;
    const { size, modified }: FileStat = files.stat(path, true);
    return `${size} ${modified}`;
  }
}
