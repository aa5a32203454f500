import { type Builtin, type CallContext, declare, type HostFiles, opt, req, rest, t } from "../../../builtin/index.ts";
import {
  DictValue,
  handOut,
  ListValue,
  runtimeError,
  sortTexts,
  typeError,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { need } from "../faults.ts";
import { joinPath } from "../path-text.ts";
import { findProjectRoot } from "../place.ts";
import { isThere } from "../project/project-tree.ts";
import { contentHash, structureHash } from "./folder-hash.ts";
import { scanDirectoryBuiltin } from "./scan-directory.ts";
import { type Fields, type MetadataStore, metadataStore, type NoteKind, type Notes, pathKey } from "./store.ts";

const metadata = declare("metadata");

/** The hashes of a folder that its notes may hold, and what tells them again. */
const hashes = { structureHash, contentHash } as const;
/** The namespace that holds the hashes. */
const classification = "classification";

const reading: readonly Builtin[] = [
  metadata({
    name: "metadata_get",
    summary:
      "The fields noted for a folder, with those it inherits: of one namespace, or of all in one dict. nil without any.",
    params: [req("dir", t.string), opt("namespace", t.nilable(t.string))],
    returns: t.nilable(t.dict),
    effect: "state",
    borrows: true,
    run(context, folder, namespace) {
      const resolved = context.service(metadataStore).resolve(pathKey(folder));
      if (typeof namespace === "string") return fieldsValue(resolved.get(namespace));
      return resolved.size === 0 ? null : fieldsValue(new Map([...resolved.values()].flatMap((fields) => [...fields])));
    },
  }),
  metadata({
    name: "metadata_resolve",
    summary: "As `metadata_get`, but without a namespace the fields of each stand under its name.",
    params: [req("dir", t.string), opt("namespace", t.nilable(t.string))],
    returns: t.nilable(t.dict),
    effect: "state",
    borrows: true,
    run: (context, folder, namespace) =>
      selected(context.service(metadataStore).resolve(pathKey(folder)), namespace ?? undefined),
  }),
  metadata({
    name: "metadata_entries",
    summary:
      "Every folder with notes, in order: `{dir, local, resolved}`; `local` is nil where only its parents have the namespace.",
    params: [opt("namespace", t.nilable(t.string))],
    returns: t.list,
    effect: "state",
    run(context, namespace) {
      const store = context.service(metadataStore);
      return new ListValue(
        store.paths("folder").map((dir) =>
          DictValue.of({
            dir,
            local: selected(store.local("folder", dir), namespace ?? undefined),
            resolved: selected(store.resolve(dir), namespace ?? undefined),
          }),
        ),
      );
    },
  }),
  metadata({
    name: "metadata_status",
    summary:
      "A summary: `{directory_count, directories, namespace_count, namespaces, missing_structure_hash, missing_content_hash, stale}`.",
    params: [opt("namespace", t.nilable(t.string))],
    returns: t.dict,
    effect: "fs.read",
    run: (context, namespace) => statusOf(context, namespace ?? undefined),
  }),
  metadata({
    name: "metadata_stale",
    summary:
      "Which folders changed since their hashes were noted: `{any_stale, tier1, tier2}`, by structure and by content alone.",
    params: [opt("project", t.string)],
    returns: t.dict,
    effect: "fs.read",
    run: (context) => staleOf(context, "metadata_stale"),
  }),
  metadata({
    name: "compute_content_hash",
    summary: "A hash that changes when a file directly in a folder is written to.",
    params: [req("dir", t.string)],
    returns: t.string,
    effect: "fs.read",
    run(context, folder) {
      const { files, root } = projectOf(context, "compute_content_hash");
      return contentHash(files, joinPath(root, folder || "."));
    },
  }),
];

const writing: readonly Builtin[] = [
  metadata({
    name: "metadata_set",
    summary: "Note fields of a folder under a namespace; other fields stay. `metadata_save` keeps them for later runs.",
    params: [req("dir", t.string), req("namespace", t.string), req("data", t.dict)],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run(context, folder, namespace, data) {
      context.service(metadataStore).set("folder", pathKey(folder), namespace, data);
      return null;
    },
  }),
  metadata({
    name: "metadata_save",
    summary: "Write the notes to `.harn/metadata`; fields that other processes wrote meanwhile stay.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(metadataStore).save(context.host.clock.now());
      return null;
    },
  }),
  metadata({
    name: "metadata_refresh_hashes",
    summary: "Note the present hash of every folder that has one noted.",
    params: [],
    returns: t.nil,
    effect: "fs.read",
    run(context) {
      const { files, root } = projectOf(context, "metadata_refresh_hashes");
      const store = context.service(metadataStore);
      for (const folder of store.paths("folder")) {
        const path = joinPath(root, folder);
        for (const { name, current } of notedHashes(files, store, folder, path))
          if (isThere(files, path)) store.set("folder", folder, classification, DictValue.of({ [name]: current }));
      }
      return null;
    },
  }),
  metadata({
    name: "invalidate_facts",
    summary: "Nothing: facts of a folder are judged by its hashes. Kept for programs that call it.",
    params: [rest("dir", t.any)],
    returns: t.nil,
    effect: "state",
    run(_context, ...folders) {
      const wrong = folders.find((folder) => folder !== null && typeof folder !== "string");
      if (wrong === undefined) return null;
      throw typeError(`'invalidate_facts' parameter \`dir\` expects string, got ${typeName(wrong)}`);
    },
  }),
];

const ofPaths: readonly Builtin[] = [
  metadata({
    name: "path_metadata_set",
    summary: 'Note fields of a file, or with `{kind: "dir"}` of a folder, under a namespace; other fields stay.',
    params: [req("path", t.string), req("namespace", t.string), req("data", t.dict), opt("opts", t.nilable(t.dict))],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run(context, path, namespace, data, options) {
      if (namespace === "") throw runtimeError("path_metadata_set: namespace must not be empty");
      const kind = kindOf("path_metadata_set", options);
      context.service(metadataStore).set(kind, keyOf("path_metadata_set", kind, path), namespace, data);
      return null;
    },
  }),
  metadata({
    name: "path_metadata_get",
    summary:
      "The fields noted for a file, or with those it inherits for a folder; without a namespace under the name of each.",
    params: [req("path", t.string), opt("namespace", t.nilable(t.string)), opt("opts", t.nilable(t.dict))],
    returns: t.nilable(t.dict),
    effect: "state",
    borrows: true,
    run(context, path, namespace, options) {
      const kind = kindOf("path_metadata_get", options);
      const key = keyOf("path_metadata_get", kind, path);
      const store = context.service(metadataStore);
      return selected(kind === "folder" ? store.resolve(key) : store.local(kind, key), namespace ?? undefined);
    },
  }),
  metadata({
    name: "path_metadata_entries",
    summary:
      'Every file with notes, in order: `{kind, path, local}`; with `{kind: "dir"}` every folder, with `resolved` as well.',
    params: [opt("namespace", t.nilable(t.string)), opt("opts", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    borrows: true,
    run(context, given, options) {
      const kind = kindOf("path_metadata_entries", options);
      const namespace = given ?? undefined;
      const store = context.service(metadataStore);
      const noted = store
        .paths(kind)
        .filter((path) => namespace === undefined || store.local(kind, path).has(namespace));
      return new ListValue(
        noted.map((path) =>
          DictValue.of({
            kind: kind === "folder" ? "dir" : "file",
            path,
            local: selected(store.local(kind, path), namespace),
            ...(kind === "folder" && { resolved: selected(store.resolve(path), namespace) }),
          }),
        ),
      );
    },
  }),
];

/** Notes about the folders and files of a project, for later runs. */
export const metadataBuiltins: readonly Builtin[] = [...reading, ...writing, ...ofPaths, scanDirectoryBuiltin];

function kindOf(builtin: string, options: DictValue | null | undefined): NoteKind {
  const kind = options?.get("kind") ?? "file";
  if (kind !== "file" && kind !== "dir") throw runtimeError(`${builtin}: opts.kind must be "file" or "dir"`);
  return kind === "dir" ? "folder" : "file";
}

function keyOf(builtin: string, kind: NoteKind, path: string): string {
  const key = pathKey(path);
  if (kind === "file" && key === ".") throw runtimeError(`${builtin}: "${path}" is not a valid file path`);
  return key;
}

function fieldsValue(fields: Fields | undefined): Value {
  return fields === undefined
    ? null
    : new DictValue(new Map([...fields].map(([name, value]) => [name, handOut(value)])));
}

function selected(notes: Notes, namespace: string | undefined): Value {
  if (namespace !== undefined) return fieldsValue(notes.get(namespace));
  if (notes.size === 0) return null;
  return new DictValue(new Map([...notes].map(([name, fields]) => [name, fieldsValue(fields)])));
}

function projectOf(context: CallContext, builtin: string): { readonly files: HostFiles; readonly root: string } {
  const files = need(context, builtin, "files");
  return { files, root: findProjectRoot(context, builtin, files.cwd) ?? files.cwd };
}

interface NotedHash {
  readonly name: keyof typeof hashes;
  readonly noted: string;
  readonly current: string;
}

function notedHashes(files: HostFiles, store: MetadataStore, folder: string, path: string): readonly NotedHash[] {
  const fields = store.local("folder", folder).get(classification);
  return (Object.keys(hashes) as (keyof typeof hashes)[]).flatMap((name) => {
    const noted = fields?.get(name);
    return typeof noted === "string" ? [{ name, noted, current: hashes[name](files, path) }] : [];
  });
}

function staleOf(context: CallContext, builtin: string): Value {
  const { files, root } = projectOf(context, builtin);
  const store = context.service(metadataStore);
  const stale = { structureHash: [] as string[], contentHash: [] as string[] };
  for (const folder of store.paths("folder")) {
    const changed = notedHashes(files, store, folder, joinPath(root, folder)).find(
      (hash) => hash.noted !== hash.current,
    );
    if (changed !== undefined) stale[changed.name].push(folder);
  }
  return DictValue.of({
    any_stale: stale.structureHash.length + stale.contentHash.length > 0,
    tier1: new ListValue(stale.structureHash),
    tier2: new ListValue(stale.contentHash),
  });
}

function statusOf(context: CallContext, namespace: string | undefined): Value {
  const { files, root } = projectOf(context, "metadata_status");
  const store = context.service(metadataStore);
  const folders = store.paths("folder");
  const namespaces = new Set(folders.flatMap((folder) => [...store.local("folder", folder).keys()]));
  const missing = (name: string): ListValue =>
    new ListValue(
      folders.filter((folder) => {
        const notes = store.local("folder", folder);
        const fields = (namespace === undefined ? undefined : notes.get(namespace)) ?? notes.get(classification);
        return fields !== undefined && !fields.has(name) && isThere(files, joinPath(root, folder));
      }),
    );
  return DictValue.of({
    directory_count: folders.length,
    directories: new ListValue([...folders]),
    namespace_count: namespaces.size,
    namespaces: new ListValue(sortTexts([...namespaces])),
    missing_structure_hash: missing("structureHash"),
    missing_content_hash: missing("contentHash"),
    stale: staleOf(context, "metadata_status"),
  });
}
