import type { Value } from "../value/index.ts";
import type { CatalogPart, ReceiverKind } from "./catalog.ts";
import type { Builtin, Method } from "./shape.ts";

/** The names in some parts, without their code. */
export interface PartIndex {
  readonly builtins: readonly string[];
  readonly methods: Partial<Record<ReceiverKind, readonly string[]>>;
  readonly handleMethods: NonNullable<CatalogPart["handleMethods"]>;
  readonly globals: readonly string[];
  readonly methodResults: readonly NonNullable<CatalogPart["methodResults"]>[];
}

/** Parts that are opened when one of their names is first asked for. */
export interface LatePart {
  readonly index: PartIndex;
  readonly open: () => readonly CatalogPart[];
}

export function indexOfParts(parts: readonly CatalogPart[]): PartIndex {
  const kinds = new Set(parts.flatMap(({ methods = {} }) => Object.keys(methods) as ReceiverKind[]));
  return {
    builtins: namesOf(parts.flatMap(builtinsOf)),
    methods: Object.fromEntries(
      [...kinds].map((kind) => [kind, namesOf(parts.flatMap((part) => methodsOf(part, kind)))]),
    ),
    handleMethods: joinedHandles(parts),
    globals: namesOf(parts.flatMap(globalsOf)),
    methodResults: parts.flatMap(({ methodResults = [] }) => methodResults),
  };
}

function namesOf(entries: readonly (readonly [string, unknown])[]): readonly string[] {
  return entries.map(([name]) => name);
}

function joinedHandles(parts: readonly CatalogPart[]): PartIndex["handleMethods"] {
  const joined: Record<string, Readonly<Record<string, string>>> = {};
  for (const { handleMethods = {} } of parts)
    for (const [handle, methods] of Object.entries(handleMethods)) joined[handle] = { ...joined[handle], ...methods };
  return joined;
}

function builtinsOf({ builtins = [] }: CatalogPart): readonly (readonly [string, Builtin])[] {
  return builtins.map((builtin) => [builtin.name, builtin]);
}

/** The methods of one kind, under each of their names. */
function methodsOf({ methods = {} }: CatalogPart, kind: ReceiverKind): readonly (readonly [string, Method])[] {
  const declared = (methods[kind] ?? []) as readonly Method[];
  return declared.flatMap((method) => [method.name, ...(method.aliases ?? [])].map((name) => [name, method] as const));
}

function globalsOf({ globals = {} }: CatalogPart): readonly (readonly [string, Value])[] {
  return Object.entries(globals);
}

export const builtinEntries: EntryKind<Builtin> = {
  what: "builtin",
  of: builtinsOf,
  namesIn: ({ builtins }) => builtins,
};

export const globalEntries: EntryKind<Value> = { what: "global", of: globalsOf, namesIn: ({ globals }) => globals };

export function methodEntries(kind: ReceiverKind): EntryKind<Method> {
  return {
    what: `${kind} method`,
    of: (part) => methodsOf(part, kind),
    namesIn: ({ methods }) => methods[kind] ?? [],
  };
}

/** The place of what its part still has to give. */
class Unopened {
  readonly part: LatePart;

  constructor(part: LatePart) {
    this.part = part;
  }
}

/** The entries of one kind: how parts name them. */
export interface EntryKind<V> {
  /** Names an entry in the error for one that is declared twice. */
  readonly what: string;
  readonly of: (part: CatalogPart) => readonly (readonly [string, V])[];
  readonly namesIn: (index: PartIndex) => readonly string[];
}

/**
 * What programs find by name, some of which is not there yet. The names of late parts are not even listed before one is asked
 * for that nothing else has; whoever walks over all of it opens every part.
 */
export class NameTable<V extends Value | Builtin | Method> implements ReadonlyMap<string, V> {
  readonly #known = new Map<string, V | Unopened>();
  readonly #kind: EntryKind<V>;
  #late: readonly LatePart[];

  constructor(kind: EntryKind<V>, parts: readonly CatalogPart[], late: readonly LatePart[]) {
    this.#kind = kind;
    this.#late = late;
    for (const part of parts) for (const [name, entry] of kind.of(part)) this.#putOnce(name, entry);
  }

  get(name: string): V | undefined {
    const found = this.#known.get(name) ?? this.#entries().get(name);
    if (!(found instanceof Unopened)) return found;
    for (const [each, entry] of found.part.open().flatMap(this.#kind.of)) this.#known.set(each, entry);
    const opened = this.#known.get(name);
    if (opened instanceof Unopened) throw new TypeError(`the part that names ${name} does not declare it`);
    return opened;
  }

  has(name: string): boolean {
    return this.#known.has(name) || this.#entries().has(name);
  }

  get size(): number {
    return this.#entries().size;
  }

  keys(): MapIterator<string> {
    return this.#entries().keys();
  }

  values(): MapIterator<V> {
    return this.#opened().values();
  }

  entries(): MapIterator<[string, V]> {
    return this.#opened().entries();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(visit: (entry: V, name: string, table: ReadonlyMap<string, V>) => void): void {
    for (const [name, entry] of this) visit(entry, name, this);
  }

  /** With the names of the late parts. */
  #entries(): Map<string, V | Unopened> {
    const late = this.#late;
    this.#late = [];
    for (const part of late) {
      const unopened = new Unopened(part);
      for (const name of this.#kind.namesIn(part.index)) this.#putOnce(name, unopened);
    }
    return this.#known;
  }

  #putOnce(name: string, entry: V | Unopened): void {
    if (this.#known.has(name)) throw new TypeError(`${this.#kind.what} declared twice: ${name}`);
    this.#known.set(name, entry);
  }

  #opened(): Map<string, V> {
    return new Map([...this.#entries().keys()].map((name) => [name, this.get(name) as V]));
  }
}
