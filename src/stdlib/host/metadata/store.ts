// What programs note about folders and files of a project: fields under a namespace, in one JSON file per namespace below
// `metadata/` of the state folder.
//
// M1. A folder inherits the fields of the folders above it, field by field; `.` is above everything.
// M2. Notes are seen by this runtime at once and by later runs after `save`.
// M3. `save` writes fields that were set here into what the files hold by then: other processes' fields stay.

import { type HostFiles, serviceKey } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import {
  compareText,
  DictValue,
  type Raise,
  readJson,
  stringifyJson,
  thrown,
  type Value,
} from "../../../value/index.ts";
import { asDict, textOption } from "../options.ts";
import { normalizePath, toPosix } from "../path-text.ts";
import { jsonOnly } from "../state/json-only.ts";
import { type StatePlace, statePlace } from "../state/state.ts";

export type Fields = ReadonlyMap<string, Value>;
/** Fields by namespace. */
export type Notes = ReadonlyMap<string, Fields>;
export type NoteKind = "folder" | "file";

/** path → namespace → field → value */
type Table = Map<string, Map<string, Map<string, Value>>>;
type Tables = Readonly<Record<NoteKind, Table>>;

/** The names of both kinds in a file of a namespace. */
const sections: Readonly<Record<NoteKind, string>> = { folder: "entries", file: "files" };
const kinds: readonly NoteKind[] = ["folder", "file"];

export class MetadataStore {
  readonly #place: StatePlace | undefined;
  #tables: Tables | undefined;
  #changes: Tables = emptyTables();

  constructor(place: StatePlace | undefined) {
    this.#place = place;
  }

  paths(kind: NoteKind): readonly string[] {
    return [...this.#loaded()[kind].keys()].sort(compareText);
  }

  local(kind: NoteKind, path: string): Notes {
    return this.#loaded()[kind].get(path) ?? new Map();
  }

  /** M1. */
  resolve(folder: string): Notes {
    const resolved = new Map<string, Map<string, Value>>();
    for (const path of ancestry(folder)) {
      for (const [namespace, fields] of this.local("folder", path)) {
        const known = resolved.get(namespace);
        if (known === undefined) resolved.set(namespace, new Map(fields));
        else for (const [name, value] of fields) known.set(name, value);
      }
    }
    return resolved;
  }

  set(kind: NoteKind, path: string, namespace: string, fields: DictValue): void {
    for (const [name, given] of fields.entries()) {
      const value = jsonOnly(given);
      put(this.#loaded()[kind], path, namespace, name, value);
      put(this.#changes[kind], path, namespace, name, value);
    }
  }

  /** M3. `now` is in Unix milliseconds. */
  save(now: number): void {
    const place = this.#place;
    const changed = namespacesOf(this.#changes);
    if (place === undefined || changed.size === 0) return;
    const tables = this.#load();
    overlay(tables, this.#changes);
    for (const namespace of changed) writeNamespace(place, namespace, tables, now);
    this.#tables = tables;
    this.#changes = emptyTables();
  }

  #loaded(): Tables {
    this.#tables ??= this.#load();
    return this.#tables;
  }

  #load(): Tables {
    const tables = emptyTables();
    const { files, folder } = this.#place ?? {};
    if (files === undefined || folder === undefined) return tables;
    const root = files.resolve(folder, "metadata");
    if (!files.exists(root)) return tables;
    readLegacy(files, files.resolve(root, "root.json"), tables);
    for (const { name, kind } of files.list(root)) {
      if (kind === "directory") readNamespace(files, files.resolve(root, name, fileName), tables);
    }
    return tables;
  }
}

export const metadataStore = serviceKey<MetadataStore>(
  "metadata",
  (services) => new MetadataStore(services.service(statePlace).place),
);

const fileName = "entries.json";

/** One key for each path, however it is written; `.` for the project itself. */
export function pathKey(path: string): string {
  return normalizePath(toPosix(path.trim())) || ".";
}

/** From `.` down to the folder itself. */
function ancestry(folder: string): string[] {
  const paths = ["."];
  let path = "";
  for (const segment of folder.split("/").filter((part) => part !== "" && part !== ".")) {
    path = path === "" ? segment : `${path}/${segment}`;
    paths.push(path);
  }
  return paths;
}

function emptyTables(): Tables {
  return { folder: new Map(), file: new Map() };
}

function put(table: Table, path: string, namespace: string, name: string, value: Value): void {
  let notes = table.get(path);
  if (notes === undefined) table.set(path, (notes = new Map()));
  let fields = notes.get(namespace);
  if (fields === undefined) notes.set(namespace, (fields = new Map()));
  fields.set(name, value);
}

function putAll(table: Table, path: string, namespace: string, fields: DictValue): void {
  for (const [name, value] of fields.entries()) put(table, path, namespace, name, value);
}

function overlay(tables: Tables, changes: Tables): void {
  for (const kind of kinds)
    for (const [path, notes] of changes[kind])
      for (const [namespace, fields] of notes)
        for (const [name, value] of fields) put(tables[kind], path, namespace, name, value);
}

function namespacesOf(tables: Tables): ReadonlySet<string> {
  const found = new Set<string>();
  for (const kind of kinds)
    for (const notes of tables[kind].values()) for (const namespace of notes.keys()) found.add(namespace);
  return found;
}

function readNamespace(files: HostFiles, path: string, tables: Tables): void {
  if (!files.exists(path)) return;
  const document = documentAt(files, path);
  const namespace = textOption(document, "namespace");
  if (namespace === undefined) throw unreadable(path, "it names no namespace");
  for (const kind of kinds)
    for (const [noted, fields] of asDict(document.get(sections[kind]))?.entries() ?? [])
      putAll(tables[kind], pathKey(noted), namespace, asDict(fields) ?? noFields);
}

/** The one file of all namespaces that versions before 0.7.50 wrote. */
function readLegacy(files: HostFiles, path: string, tables: Tables): void {
  if (!files.exists(path)) return;
  for (const [noted, entry] of asDict(documentAt(files, path).get("entries"))?.entries() ?? [])
    for (const [namespace, fields] of asDict(asDict(entry)?.get("namespaces"))?.entries() ?? [])
      putAll(tables.folder, pathKey(noted), namespace, asDict(fields) ?? noFields);
}

const noFields = new DictValue(new Map());

function documentAt(files: HostFiles, path: string): DictValue {
  let document: DictValue | undefined;
  try {
    document = asDict(readJson(files.readText(path)));
  } catch (cause) {
    throw unreadable(path, messageOf(cause));
  }
  if (document === undefined) throw unreadable(path, "it holds no JSON object");
  return document;
}

function unreadable(path: string, reason: string): Raise {
  return thrown(`metadata load: ${path}: ${reason}; mend or remove it`);
}

function writeNamespace({ files, folder }: StatePlace, namespace: string, tables: Tables, now: number): void {
  const section = (kind: NoteKind): DictValue =>
    new DictValue(
      new Map(
        [...tables[kind]].flatMap(([path, notes]) => {
          const fields = notes.get(namespace);
          return fields === undefined ? [] : [[path, new DictValue(new Map(fields))] as const];
        }),
      ),
    );
  const document = DictValue.of({
    version: 1,
    namespace,
    backend: "filesystem",
    generatedAt: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
    entries: section("folder"),
    ...(tables.file.size > 0 && { files: section("file") }),
  });
  const target = files.resolve(folder, "metadata", folderName(namespace));
  try {
    files.makeFolder(target);
    files.writeAtomic(files.resolve(target, fileName), stringifyJson(document, 2));
  } catch (cause) {
    throw thrown(`metadata write: ${messageOf(cause)}`);
  }
}

/** A namespace as the name of a folder: what may not stand there as `_` and its code point. */
function folderName(namespace: string): string {
  const name = namespace.replace(
    /[^A-Za-z0-9._-]/gu,
    (character) => `_${character.codePointAt(0)?.toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return name === "" || name === "." || name === ".." ? "_" : name;
}
