import type { Value } from "../value/index.ts";
import { builtinsOf, globalsOf, type LatePart, methodsOf, NameTable } from "./late-part.ts";
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
  readonly methods: ReadonlyMap<ReceiverKind, ReadonlyMap<string, Method>>;
  readonly handleMethods: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly globals: ReadonlyMap<string, Value>;
  readonly #parts: readonly CatalogPart[];
  readonly #lateParts: readonly LatePart[];
  #methodResults: ReadonlyMap<string, string> | undefined;

  constructor(parts: readonly CatalogPart[], lateParts: readonly LatePart[] = []) {
    this.#parts = parts;
    this.#lateParts = lateParts;
    const builtins = new NameTable<Builtin>("builtin", builtinsOf);
    const methods = new Map<ReceiverKind, NameTable<Method>>();
    const handleMethods = new Map<string, Map<string, string>>();
    const globals = new NameTable<Value>("global", globalsOf);
    for (const part of parts) {
      builtins.add(part);
      globals.add(part);
      for (const kind of kindsIn(part.methods)) methodTable(methods, kind).add(part);
      putHandleMethods(handleMethods, part.handleMethods);
    }
    for (const part of lateParts) {
      builtins.addLate(part.index.builtins, part);
      globals.addLate(part.index.globals, part);
      for (const kind of kindsIn(part.index.methods))
        methodTable(methods, kind).addLate(part.index.methods[kind] ?? [], part);
      putHandleMethods(handleMethods, part.index.handleMethods);
    }
    this.builtins = builtins;
    this.methods = methods;
    this.handleMethods = handleMethods;
    this.globals = globals;
  }

  /** `type_of`'s word for what a method gives; undefined where its arguments decide. Only the checker asks. */
  methodResult(kind: ReceiverKind, method: string): string | undefined {
    this.#methodResults ??= new Map(
      [...this.#parts, ...this.#lateParts.flatMap(({ open }) => open())].flatMap(resultsOf),
    );
    return this.#methodResults.get(`${kind}.${this.methods.get(kind)?.get(method)?.name}`);
  }
}

function kindsIn(methods: Partial<Record<ReceiverKind, unknown>> = {}): readonly ReceiverKind[] {
  return Object.keys(methods) as ReceiverKind[];
}

function methodTable(tables: Map<ReceiverKind, NameTable<Method>>, kind: ReceiverKind): NameTable<Method> {
  const known = tables.get(kind) ?? new NameTable<Method>(`${kind} method`, (part) => methodsOf(part, kind));
  tables.set(kind, known);
  return known;
}

function putOnce<V>(map: Map<string, V>, name: string, value: V, what: string): void {
  if (map.has(name)) throw new TypeError(`${what} declared twice: ${name}`);
  map.set(name, value);
}

function putHandleMethods(tables: Map<string, Map<string, string>>, added: CatalogPart["handleMethods"] = {}): void {
  for (const [handle, methods] of Object.entries(added)) {
    const known = tables.get(handle) ?? new Map<string, string>();
    tables.set(handle, known);
    for (const [name, builtin] of Object.entries(methods)) putOnce(known, name, builtin, `${handle} method`);
  }
}

function resultsOf({ methodResults = {} }: CatalogPart): readonly (readonly [string, string])[] {
  return Object.entries(methodResults).flatMap(([kind, results]) =>
    Object.entries(results).flatMap(([word, names]) =>
      names.split(" ").map((name) => [`${kind}.${name}`, word] as const),
    ),
  );
}
