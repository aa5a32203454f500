// What keeps several files in step.
//
// J1. A commit first adds everything it is about to write to the journal, and syncs that: one sync, however many topics.
// J2. Then it writes the topics' own files, which need no sync as long as the journal holds their new lines.
// J3. A checkpoint syncs those files, and only then empties the journal.
// J4. Whoever opens the log, or finds that another process has added to the journal, first repeats what is missing in the topics' files.
//     Repeating is harmless: a line is added only when its id is above the last one there.
//
// One line is one change: the file's name below the root, a tab, and the line or the content.
import { type Disk, syncFolder, withFile } from "./disk.ts";
import { readFileLines } from "./topic-file.ts";

export interface Change {
  /** `topics/orders.jsonl`: the text is added as a line. `consumers/…json`: the text is all of it. */
  readonly file: string;
  readonly text: string;
}

/** Bytes after which a commit is followed by a checkpoint. */
const largestJournal = 4 << 20;

export class Journal {
  readonly #disk: Disk;
  readonly #root: string;
  readonly #path: string;
  readonly #isSynced: boolean;
  #size = 0;
  /** Where the open transaction began. */
  #start = 0;

  constructor(disk: Disk, root: string, isSynced: boolean) {
    this.#disk = disk;
    this.#root = root;
    this.#path = `${root}/journal`;
    this.#isSynced = isSynced;
  }

  get isLarge(): boolean {
    return this.#size > largestJournal;
  }

  /** Whether another process has written to it. */
  get isForeign(): boolean {
    return (this.#disk.stat(this.#path)?.size ?? 0) !== this.#size;
  }

  /** The changes it holds; a torn last line was never acknowledged. */
  read(): readonly Change[] {
    const lines = readFileLines(this.#disk, this.#path).filter((line) => line.isComplete);
    this.#size = this.#disk.stat(this.#path)?.size ?? 0;
    return lines.map(({ line }) => {
      const tab = line.indexOf("\t");
      return { file: line.slice(0, tab), text: line.slice(tab + 1) };
    });
  }

  add(changes: readonly Change[]): void {
    const bytes = Buffer.from(changes.map(({ file, text }) => `${file}\t${text}\n`).join(""));
    const isNew = this.#size === 0;
    withFile(this.#disk, this.#path, "a", (file) => {
      this.#disk.write(file, bytes);
      if (this.#isSynced) this.#disk.sync(file);
    });
    if (isNew && this.#isSynced) syncFolder(this.#disk, this.#root);
    this.#size += bytes.length;
  }

  begin(): void {
    this.#start = this.#size;
  }

  /** Cuts off what the open transaction added, whole or torn. */
  undo(): void {
    if (this.#disk.stat(this.#path) === undefined) return;
    withFile(this.#disk, this.#path, "r+", (file) => this.#disk.truncate(file, this.#start));
    this.#size = this.#start;
  }

  /** Everything it holds is in the other files: makes that durable, and empties it. */
  checkpoint(): void {
    const changed = new Set(this.read().map(({ file }) => file));
    if (this.#size === 0) return;
    if (this.#isSynced) {
      for (const name of changed) {
        const path = `${this.#root}/${name}`;
        if (this.#disk.stat(path) !== undefined) withFile(this.#disk, path, "r+", (file) => this.#disk.sync(file));
      }
      for (const folder of ["topics", "consumers"]) syncFolder(this.#disk, `${this.#root}/${folder}`);
    }
    withFile(this.#disk, this.#path, "r+", (file) => {
      this.#disk.truncate(file, 0);
      if (this.#isSynced) this.#disk.sync(file);
    });
    this.#size = 0;
  }
}
