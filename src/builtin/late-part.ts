import type { CatalogPart } from "./catalog.ts";
import type { Builtin } from "./shape.ts";

/** The names in a part, without its code. */
export interface PartIndex {
  readonly builtins: readonly string[];
  readonly handleMethods: NonNullable<CatalogPart["handleMethods"]>;
}

/** A part that is opened when one of its builtins is first asked for. */
export interface LatePart {
  readonly index: PartIndex;
  readonly open: () => CatalogPart;
}

/** Only builtins can be late: methods and globals are met without being named. */
export function indexOfPart({ builtins = [], handleMethods = {}, methods, globals }: CatalogPart): PartIndex {
  if (methods !== undefined || globals !== undefined) throw new TypeError("a part with methods or globals is not late");
  return { builtins: builtins.map(({ name }) => name), handleMethods };
}

/** Builtins by name, some of which are not there yet. Whoever walks over all of them opens every part. */
export class BuiltinTable implements ReadonlyMap<string, Builtin> {
  readonly #entries: Map<string, Builtin | LatePart>;

  constructor(entries: Map<string, Builtin | LatePart>) {
    this.#entries = entries;
  }

  get(name: string): Builtin | undefined {
    const found = this.#entries.get(name);
    if (found === undefined || !isLate(found)) return found;
    for (const builtin of found.open().builtins ?? []) this.#entries.set(builtin.name, builtin);
    const opened = this.#entries.get(name);
    if (opened === undefined || isLate(opened)) throw new TypeError(`the part that names ${name} does not declare it`);
    return opened;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  get size(): number {
    return this.#entries.size;
  }

  keys(): MapIterator<string> {
    return this.#entries.keys();
  }

  values(): MapIterator<Builtin> {
    return this.#opened().values();
  }

  entries(): MapIterator<[string, Builtin]> {
    return this.#opened().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Builtin]> {
    return this.entries();
  }

  forEach(visit: (builtin: Builtin, name: string, table: ReadonlyMap<string, Builtin>) => void): void {
    for (const [name, builtin] of this) visit(builtin, name, this);
  }

  #opened(): Map<string, Builtin> {
    return new Map([...this.#entries.keys()].map((name) => [name, this.get(name) as Builtin]));
  }
}

function isLate(entry: Builtin | LatePart): entry is LatePart {
  return "open" in entry;
}
