import type { Value } from "../value/index.ts";
import { builtinEntries, globalEntries, type LatePart, methodEntries, NameTable } from "./late-part.ts";
import type { Builtin, Method } from "./shape.ts";

/** The kinds that have a method table of their own. */
export type ReceiverKind = "string" | "list" | "dict" | "set" | "range" | "iter" | "generator" | "stream" | "channel";

/** What one room contributes. */
export interface CatalogPart {
  readonly builtins?: readonly Builtin[];
  readonly methods?: Partial<Record<ReceiverKind, readonly Method<never>[]>>;
  /** What the methods of a kind give whatever their arguments are, by result: `{ bool: "empty contains" }`. */
  readonly methodResults?: Partial<Record<ReceiverKind, Readonly<Record<string, string>>>>;
  /** Methods of the harness and its handles: type name (`HarnessFs`) to method name to builtin name. */
  readonly handleMethods?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Sub-handles and namespaces: global values such as `event_log`. */
  readonly globals?: Readonly<Record<string, Value>>;
}

/** Everything a program can call without defining it. Compiler, checker, docs and machine read the same one. */
export class Catalog {
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly globals: ReadonlyMap<string, Value>;
  readonly #parts: readonly CatalogPart[];
  readonly #lateParts: readonly LatePart[];
  #methods: ReadonlyMap<ReceiverKind, ReadonlyMap<string, Method>> | undefined;
  #handleMethods: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;
  #methodResults: ReadonlyMap<string, string> | undefined;

  /** A name that is declared twice is a `TypeError`, here or when the names of late parts are first looked at. */
  constructor(parts: readonly CatalogPart[], lateParts: readonly LatePart[] = []) {
    this.#parts = parts;
    this.#lateParts = lateParts;
    this.builtins = new NameTable(builtinEntries, parts, lateParts);
    this.globals = new NameTable(globalEntries, parts, lateParts);
  }

  get methods(): ReadonlyMap<ReceiverKind, ReadonlyMap<string, Method>> {
    this.#methods ??= methodTables(this.#parts, this.#lateParts);
    return this.#methods;
  }

  get handleMethods(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    this.#handleMethods ??= handleTables([...this.#parts, ...this.#lateParts.map(({ index }) => index)]);
    return this.#handleMethods;
  }

  /** Looks at all names now, for whoever wants to be told at once of one that is declared twice. */
  withDistinctNames(): this {
    for (const table of [this.builtins, this.globals, this.handleMethods, ...this.methods.values()]) table.keys();
    return this;
  }

  /** `type_of`'s word for what a method gives; undefined where its arguments decide. Only the checker asks. */
  methodResult(kind: ReceiverKind, method: string): string | undefined {
    this.#methodResults ??= new Map(
      [
        ...this.#parts.flatMap(({ methodResults = [] }) => methodResults),
        ...this.#lateParts.flatMap(({ index }) => index.methodResults),
      ].flatMap(resultsOf),
    );
    return this.#methodResults.get(`${kind}.${this.methods.get(kind)?.get(method)?.name}`);
  }
}

function methodTables(
  parts: readonly CatalogPart[],
  late: readonly LatePart[],
): ReadonlyMap<ReceiverKind, ReadonlyMap<string, Method>> {
  const kinds = [...parts, ...late.map(({ index }) => index)].flatMap(
    ({ methods = {} }) => Object.keys(methods) as ReceiverKind[],
  );
  return new Map(kinds.map((kind) => [kind, new NameTable(methodEntries(kind), parts, late)]));
}

function handleTables(
  parts: readonly Pick<CatalogPart, "handleMethods">[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  for (const { handleMethods = {} } of parts) {
    for (const [handle, methods] of Object.entries(handleMethods)) {
      const known = tables.get(handle) ?? new Map<string, string>();
      tables.set(handle, known);
      for (const [name, builtin] of Object.entries(methods)) {
        if (known.has(name)) throw new TypeError(`${handle} method declared twice: ${name}`);
        known.set(name, builtin);
      }
    }
  }
  return tables;
}

function resultsOf(methodResults: NonNullable<CatalogPart["methodResults"]>): readonly (readonly [string, string])[] {
  return Object.entries(methodResults).flatMap(([kind, results]) =>
    Object.entries(results).flatMap(([word, names]) =>
      names.split(" ").map((name) => [`${kind}.${name}`, word] as const),
    ),
  );
}
