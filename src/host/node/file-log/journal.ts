// What keeps several files in step.
//
// J1. A commit first adds everything it is about to write to the journal, and syncs that: one sync, however many topics.
// J2. Then it writes the topics' own files, which need no sync as long as the journal holds their new lines.
// J3. A checkpoint syncs those files, and only then empties the journal.
// J4. Whoever opens the log, or finds that another process has added to the journal, first repeats what is missing in the topics' files.
//     What is there already is not repeated.
// J5. A commit counts when all of it is there. A disk that lost its power may have kept any pages of the last one, so each begins with
//     its length and checksum; what follows one that is not whole was acknowledged to nobody, and is cut off.
//
// A commit is a line `commit`, a tab, `VERSION LENGTH CRC-32`, and its changes, one a line: the file's name below the root, a tab, and the
// line or the content. Changes without a line before them were written by versions that did not mark commits.
import { crc32 } from "node:zlib";
import { type Disk, syncFolder, withFile } from "./disk.ts";

export interface Change {
  /** `topics/orders.jsonl`: the text is added as a line. `consumers/…json`: the text is all of it. */
  readonly file: string;
  readonly text: string;
}

/** Bytes after which a commit is followed by a checkpoint. */
const largestJournal = 4 << 20;
const version = 1;
const commitLine = /^commit\t(\d+)(?: (\d+) (\d+))?/;
const changeLine = /^(?:topics|consumers)\/[^\t]+\t/;

/** A commit at a place of the journal. */
interface Mark {
  readonly at: number;
  readonly line: string;
}

export class Journal {
  readonly #disk: Disk;
  readonly #root: string;
  readonly #path: string;
  readonly #isSynced: boolean;
  #size = 0;
  /** The last commit that was read or added: where it still is, the journal has only grown since. */
  #mark: Mark | undefined;
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

  /** The changes that were added since the last look, by whomever; all that it holds if it was emptied since. Needs the lock. */
  news(): readonly Change[] {
    if (this.#disk.stat(this.#path) === undefined) {
      this.#known(0, undefined);
      return [];
    }
    return withFile(this.#disk, this.#path, "r+", (file) => {
      const size = this.#disk.sizeOf(file);
      if (!this.#isWhereItWas(file, size)) this.#known(0, undefined);
      const from = this.#size;
      const bytes = Buffer.alloc(size - from);
      this.#disk.read(file, bytes, from);
      const found = changesIn(bytes);
      this.#known(from + found.length, found.mark && { at: from + found.mark.at, line: found.mark.line });
      if (this.#size < size) this.#disk.truncate(file, this.#size);
      return found.changes;
    });
  }

  add(changes: readonly Change[]): void {
    const lines = Buffer.from(changes.map(({ file, text }) => `${file}\t${text}\n`).join(""));
    const line = `commit\t${version} ${lines.length} ${crc32(lines)}`;
    const bytes = Buffer.concat([Buffer.from(`${line}\n`), lines]);
    const isNew = this.#size === 0;
    withFile(this.#disk, this.#path, "a", (file) => {
      this.#disk.write(file, bytes);
      if (this.#isSynced) this.#disk.sync(file);
    });
    if (isNew && this.#isSynced) syncFolder(this.#disk, this.#root);
    this.#known(this.#size + bytes.length, { at: this.#size, line });
  }

  begin(): void {
    this.#start = this.#size;
  }

  /** Cuts off what the open transaction added, whole or torn. */
  undo(): void {
    if (this.#disk.stat(this.#path) === undefined) return;
    withFile(this.#disk, this.#path, "r+", (file) => this.#disk.truncate(file, this.#start));
    this.#known(this.#start, undefined);
  }

  /** Everything it holds is in the other files: makes that durable, and empties it. */
  checkpoint(): void {
    this.#known(0, undefined);
    const changed = new Set(this.news().map(({ file }) => file));
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
    this.#known(0, undefined);
  }

  #known(size: number, mark: Mark | undefined): void {
    if (mark !== undefined || size !== this.#size) this.#mark = mark;
    this.#size = size;
  }

  /** Whether what this process knows of the journal is still its beginning. */
  #isWhereItWas(file: number, size: number): boolean {
    if (this.#mark === undefined || size < this.#size) return false;
    const { at, line } = this.#mark;
    const there = Buffer.alloc(line.length);
    this.#disk.read(file, there, at);
    return there.toString("latin1") === line;
  }
}

/** The whole commits at the beginning, where the last of them is, and how many bytes they take. */
function changesIn(bytes: Buffer): {
  readonly changes: readonly Change[];
  readonly length: number;
  readonly mark: Mark | undefined;
} {
  const changes: Change[] = [];
  let mark: Mark | undefined;
  let at = 0;
  for (let end = bytes.indexOf("\n"); end !== -1; end = bytes.indexOf("\n", at)) {
    const line = bytes.toString("utf8", at, end);
    const head = commitLine.exec(line);
    if (head === null) {
      if (!changeLine.test(line)) break;
      changes.push(changeOf(line));
      at = end + 1;
      continue;
    }
    requireKnown(Number(head[1]));
    const content = bytes.subarray(end + 1, end + 1 + Number(head[2]));
    if (content.length < Number(head[2]) || crc32(content) !== Number(head[3])) break;
    for (const change of content.toString("utf8").split("\n")) if (change !== "") changes.push(changeOf(change));
    mark = { at, line };
    at = end + 1 + content.length;
  }
  return { changes, length: at, mark };
}

function requireKnown(found: number): void {
  if (found > version)
    throw new Error(`its journal has version ${found}, and this harn knows ${version}: a later one has written it`);
}

function changeOf(line: string): Change {
  const tab = line.indexOf("\t");
  return { file: line.slice(0, tab), text: line.slice(tab + 1) };
}
