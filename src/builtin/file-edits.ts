import type { DictValue } from "../value/index.ts";
import { type ServiceKey, serviceKey } from "./service.ts";

/** A file that the program wrote, or says that somebody did. */
export interface FileEdit {
  readonly path: string;
  readonly metadata: DictValue;
}

/** Edits of files until an agent loop tells its session of them. Nothing is kept while nobody wants to know. */
export class FileEdits {
  readonly #isWanted: () => boolean;
  #edits: FileEdit[] = [];

  constructor(isWanted: () => boolean) {
    this.#isWanted = isWanted;
  }

  /** `metadata` is made only when somebody wants to know. */
  note(path: string, metadata: () => DictValue): void {
    if (this.#isWanted()) this.#edits.push({ path, metadata: metadata() });
  }

  /** What was noted since the last time, oldest first. */
  drain(): readonly FileEdit[] {
    if (this.#edits.length === 0) return [];
    const edits = this.#edits;
    this.#edits = [];
    return edits;
  }
}

export const fileEditsKey: ServiceKey<FileEdits> = serviceKey("file edits", () => new FileEdits(() => false));
