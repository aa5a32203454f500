import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  declare,
  type Effect,
  opt,
  serviceKey,
  t,
} from "../builtin/index.ts";
import { need } from "../stdlib/host/faults.ts";
import { DictValue, FloatValue, ListValue, thrown, typeName, type Value } from "../value/index.ts";
import { CodeIndex, type IndexedFile, type IndexSource } from "./code-index.ts";
import { runCypher } from "./cypher/execute.ts";
import { CypherError } from "./cypher/lexer.ts";

const codeIndexKey = serviceKey<CodeIndex>("code index", () => new CodeIndex());
const declareCode = declare("code-index");

/** What a builtin of this room is called with: the index, its source, and the one dict that all of them take. */
interface Call {
  readonly index: CodeIndex;
  readonly source: IndexSource;
  readonly params: Params;
}

/** All of them take one dict, so that hosts can add to it. */
class Params {
  readonly #builtin: string;
  readonly #given: DictValue | undefined;

  constructor(builtin: string, given: Value | undefined) {
    this.#builtin = builtin;
    if (given !== undefined && given !== null && !(given instanceof DictValue))
      throw this.#fault(
        "invalid_parameter",
        `invalid parameter 'params': expected a dict argument, got ${typeName(given)}`,
      );
    this.#given = given ?? undefined;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#given?.get(name) ?? undefined;
    if (value === undefined || typeof value === "string") return value;
    throw this.wrong(name, `expected string, got ${typeName(value)}`);
  }

  int(name: string): number {
    return this.optionalInt(name) ?? this.#missing(name);
  }

  optionalInt(name: string): number | undefined {
    const value = this.#given?.get(name) ?? undefined;
    if (value === undefined || typeof value === "number") return value;
    throw this.wrong(name, `expected integer, got ${typeName(value)}`);
  }

  has(name: string): boolean {
    return this.#given?.has(name) ?? false;
  }

  wrong(name: string, what: string): unknown {
    return this.#fault("invalid_parameter", `invalid parameter '${name}': ${what}`);
  }

  failed(what: string): unknown {
    return this.#fault("backend_error", what);
  }

  #missing(name: string): never {
    throw this.#fault("missing_parameter", `missing required parameter '${name}'`);
  }

  #fault(kind: string, what: string): unknown {
    const builtin = this.#builtin;
    return thrown(DictValue.of({ builtin, kind, message: `hostlib: ${builtin}: ${what}` }));
  }
}

function hosted(
  name: string,
  summary: string,
  run: (call: Call) => Value,
  options: { readonly needsIndex?: boolean; readonly effect?: Effect } = {},
): Builtin {
  const { effect = "fs.read", needsIndex = true } = options;
  const full = `hostlib_code_index_${name}`;
  return declareCode({
    name: full,
    summary,
    params: [opt("params", t.any)],
    effect,
    run(context, given) {
      const params = new Params(full, given);
      const source = sourceOf(context, full);
      const index = context.service(codeIndexKey);
      // Nobody has to build what is asked for first.
      if (needsIndex && index.root === undefined) index.build(source.files.cwd, source);
      return run({ index, source, params });
    },
  });
}

function sourceOf(context: CallContext, builtin: string): IndexSource {
  return { files: need(context, builtin, "files"), now: () => context.host.clock.now() };
}

const building = { needsIndex: false };

const rebuild = hosted(
  "rebuild",
  "Read the files below `root` (the working folder): `{files_indexed, files_skipped, elapsed_ms}`. Only changed files are read anew.",
  ({ index, params, source }) => {
    const given = params.optionalText("root");
    const root = source.files.resolve(source.files.cwd, given ?? index.root ?? "");
    if (!source.files.exists(root)) throw params.wrong("root", `path \`${given}\` does not exist`);
    if (source.files.stat(root, true).kind !== "directory")
      throw params.wrong("root", `path \`${given}\` is no folder`);
    const started = source.now();
    const { indexed, skipped } = index.build(root, source);
    return DictValue.of({ files_indexed: indexed, files_skipped: skipped, elapsed_ms: source.now() - started });
  },
  building,
);

const reindexFile = hosted(
  "reindex_file",
  "Read one file again: `{indexed, file_id}`.",
  ({ index, params, source }) => {
    const file = index.reindex(params.text("path"), source);
    return DictValue.of({ indexed: file !== undefined, file_id: file?.id ?? null });
  },
);

const status = hosted(
  "status",
  "What the index holds: `{file_count, current_seq, last_indexed_at_ms, root, overlay}`.",
  ({ index }) =>
    DictValue.of({
      file_count: index.files.length,
      current_seq: index.sequence,
      last_indexed_at_ms: index.builtAt,
      root: index.root ?? null,
      overlay: index.overlay ?? null,
    }),
  building,
);

const cypher = hosted(
  "cypher",
  "The rows of a Cypher `query` over the symbols of the project: `{rows, overlay}`.",
  ({ index, params }) => {
    const query = params.text("query");
    try {
      const rows = runCypher(query, index.graph).map((row) => DictValue.of(Object.fromEntries(row)));
      return DictValue.of({ rows: new ListValue(rows), overlay: index.overlay ?? null });
    } catch (error) {
      throw error instanceof CypherError ? params.failed(error.message) : error;
    }
  },
);

const outlineGet = hosted(
  "outline_get",
  "What the file `file_id` declares, in the order of its lines: `[{name, kind, start_line, end_line, signature}]`.",
  ({ index, params }) => new ListValue(outlineOf(index.ofId(params.int("file_id")))),
);

function outlineOf(file: IndexedFile | undefined): Value[] {
  return (file?.facts.symbols ?? []).map(({ endLine, kind, name, signature, startLine }) =>
    DictValue.of({ name, kind, start_line: startLine, end_line: endLine, signature }),
  );
}

const pathToId = hosted("path_to_id", "The id of the file at `path`, or nil.", ({ index, params }) => {
  return index.find(params.text("path"))?.id ?? null;
});

const idToPath = hosted("id_to_path", "The path of the file `file_id`, or nil.", ({ index, params }) => {
  return index.ofId(params.int("file_id"))?.path ?? null;
});

const fileIds = hosted("file_ids", "The ids of all files, in the order of their paths.", ({ index }) => {
  return new ListValue(index.files.map(({ id }) => id));
});

const fileMeta = hosted(
  "file_meta",
  "A file by `file_id` or `path`: `{id, path, language, size, line_count, hash, mtime_ms}`, or nil.",
  ({ index, params }) => {
    const path = params.optionalText("path");
    const file = path === undefined ? index.ofId(params.int("file_id")) : index.find(path);
    if (file === undefined) return null;
    const { hash, id, language, lineCount, modified, size } = file;
    return DictValue.of({ id, path: file.path, language, size, line_count: lineCount, hash, mtime_ms: modified });
  },
);

const importsFor = hosted(
  "imports_for",
  "What the file at `path` imports: `{path, imports: [{module, kind, resolved_path}]}`.",
  ({ index, params }) => {
    const path = params.text("path");
    const file = index.find(path);
    const imports = file === undefined ? [] : index.importsOf(file);
    const shown = imports.map(({ kind, resolved, text }) =>
      DictValue.of({ module: text, kind, resolved_path: resolved ?? null }),
    );
    return DictValue.of({ path, imports: new ListValue(shown) });
  },
);

const importersOf = hosted(
  "importers_of",
  "The paths of the files that import the file `module`: `{module, importers}`.",
  ({ index, params }) => {
    const module = params.text("module");
    return DictValue.of({ module, importers: new ListValue([...index.importersOf(module)]) });
  },
);

const currentSequence = hosted(
  "current_seq",
  "The number of the last change that is on record.",
  ({ index }) => index.sequence,
  building,
);

const changesSince = hosted(
  "changes_since",
  "Changes after number `seq` (0): `[{path, seq, agent_id, op, hash, size, timestamp_ms}]`.",
  ({ index, params }) => {
    const sequence = params.optionalInt("seq") ?? 0;
    if (sequence < 0) throw params.wrong("seq", `must be >= 0, got ${sequence}`);
    const limit = params.optionalInt("limit");
    const changes = index.changesSince(sequence).slice(0, limit === undefined ? undefined : Math.max(0, limit));
    return new ListValue(
      changes.map(({ agentId, hash, op, path, seq, size, timestamp }) =>
        DictValue.of({ path, seq, agent_id: agentId, op, hash, size, timestamp_ms: timestamp }),
      ),
    );
  },
  building,
);

const versionRecord = hosted(
  "version_record",
  "Put a change that an agent made to the file at `path` on record, and give its number.",
  ({ index, params, source }) =>
    index.record({
      path: params.text("path"),
      agentId: params.int("agent_id"),
      op: params.optionalText("op") ?? "write",
      hash: params.optionalText("hash") ?? "0",
      size: params.optionalInt("size") ?? 0,
      timestamp: source.now(),
    }),
  building,
);

const freshness = hosted(
  "freshness",
  "Whether the index knows the file at `path` as it is: `{path, known, stale, indexed_hash, indexed_mtime_ms, disk_hash, disk_mtime_ms}`.",
  ({ index, params, source }) => {
    const path = params.text("path");
    const file = index.find(path);
    const disk = index.onDisk(file?.path ?? path, source);
    return DictValue.of({
      path,
      known: file !== undefined,
      stale: file === undefined || disk.hash !== file.hash,
      indexed_hash: file?.hash ?? null,
      indexed_mtime_ms: file?.modified ?? null,
      disk_hash: disk.hash ?? null,
      disk_mtime_ms: disk.modified ?? null,
    });
  },
);

const branchOverlay = hosted(
  "branch_overlay",
  "Look at the files as they are now under the name of a `branch`, or with nil at what was built: `{active, reuse_fraction}`.",
  ({ index, params, source }) => {
    const branch = params.optionalText("branch");
    if (branch === undefined && !params.has("branch")) params.text("branch");
    const share = index.activate(branch === "" ? undefined : branch, source);
    return DictValue.of({ active: index.overlay ?? null, reuse_fraction: new FloatValue(share) });
  },
);

/** The index of a project's code, under the names that programs know; `std/code_librarian` is written over these. */
export const codeIndexCatalog: CatalogPart = {
  builtins: [
    rebuild,
    reindexFile,
    status,
    cypher,
    outlineGet,
    pathToId,
    idToPath,
    fileIds,
    fileMeta,
    importsFor,
    importersOf,
    currentSequence,
    changesSince,
    versionRecord,
    freshness,
    branchOverlay,
  ],
};
