import {
  type Builtin,
  type CallContext,
  declare,
  type FileStat,
  fileEditsKey,
  HostError,
  type HostFiles,
  opt,
  req,
  t,
} from "../../builtin/index.ts";
import { messageOf } from "../../text/index.ts";
import {
  BytesValue,
  compareText,
  DictValue,
  err,
  FloatValue,
  ListValue,
  ok,
  Raise,
  show,
  typeName,
  type Value,
} from "../../value/index.ts";
import { attempt, fail, failureOf, need } from "./faults.ts";
import { globPattern } from "./glob.ts";
import { asDict, flagOption, intOption, textOption } from "./options.ts";
import { joinPath, toPosix } from "./path-text.ts";

const fs = declare("fs");

/** The path as messages show it: under the working folder, otherwise as it was given. */
function at(files: HostFiles, path: string): string {
  return joinPath(files.cwd, path);
}

function readText(context: CallContext, builtin: string, path: string): string {
  const files = need(context, builtin, "files");
  const full = at(files, path);
  return attempt(
    builtin,
    (reason) => `Failed to read file ${full}: ${reason}`,
    () => files.readText(full),
  );
}

const reading: readonly Builtin[] = [
  fs({
    name: "read_file",
    summary: "The text of a file.",
    params: [req("path", t.string)],
    returns: t.string,
    effect: "fs.read",
    deprecated: "harness.fs.read_text",
    run: (context, path) => readText(context, "read_file", path),
  }),
  fs({
    name: "read_file_result",
    summary: "`Ok` with the text of a file, or `Err` with the reason.",
    params: [req("path", t.string)],
    effect: "fs.read",
    deprecated: "harness.fs.read_text_result",
    run(context, path) {
      try {
        return ok(readText(context, "read_file_result", path));
      } catch (error) {
        if (error instanceof Raise) return err(error.value);
        throw error;
      }
    },
  }),
  fs({
    name: "read_file_bytes",
    summary: "The bytes of a file.",
    params: [req("path", t.string)],
    returns: t.bytes,
    effect: "fs.read",
    deprecated: "harness.fs.read_bytes",
    run(context, path) {
      const files = need(context, "read_file_bytes", "files");
      const full = at(files, path);
      const read = (): Uint8Array => files.readBytes(full);
      return new BytesValue(attempt("read_file_bytes", (reason) => `Failed to read file ${full}: ${reason}`, read));
    },
  }),
  fs({
    name: "read_lines",
    summary: "The lines of a file, without their breaks.",
    params: [req("path", t.string)],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.read_lines",
    run(context, path) {
      const files = need(context, "read_lines", "files");
      const full = at(files, path);
      const text = attempt(
        "read_lines",
        (reason) => `read_lines: ${full}: ${reason}`,
        () => files.readText(full),
      );
      return new ListValue(linesOf(text));
    },
  }),
];

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (text.endsWith("\n")) lines.pop();
  return lines;
}

/** Tells whoever follows the program's edits. `bytes` is asked only when somebody does. */
function noteEdit(context: CallContext, path: string, operation: string, bytes: () => number): void {
  const metadata = (): DictValue =>
    new DictValue(
      new Map<string, Value>([
        ["operation", operation],
        ["bytes", bytes()],
      ]),
    );
  context.service(fileEditsKey).note(path, metadata);
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

const writing: readonly Builtin[] = [
  fs({
    name: "write_file",
    summary: "Write a text to a file, in place of what it held.",
    params: [req("path", t.string), req("content", t.any)],
    returns: t.nil,
    effect: "fs.write",
    borrows: true,
    deprecated: "harness.fs.write_text",
    run(context, path, content) {
      const files = need(context, "write_file", "files");
      const full = at(files, path);
      attempt(
        "write_file",
        (reason) => `Failed to write file ${full}: ${reason}`,
        () => files.writeText(full, show(content)),
      );
      noteEdit(context, full, "write", () => utf8Length(show(content)));
      return null;
    },
  }),
  fs({
    name: "write_file_bytes",
    summary: "Write bytes to a file, in place of what it held.",
    params: [req("path", t.string), req("content", t.any)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.write_bytes",
    run(context, path, content) {
      if (!(content instanceof BytesValue))
        throw fail(`write_file_bytes expects bytes content, got ${typeName(content)}`);
      const files = need(context, "write_file_bytes", "files");
      const full = at(files, path);
      const write = (): void => files.writeBytes(full, content.bytes);
      attempt("write_file_bytes", (reason) => `Failed to write file ${full}: ${reason}`, write);
      noteEdit(context, full, "write", () => content.bytes.length);
      return null;
    },
  }),
  fs({
    name: "append_file",
    summary: "Write a text behind what a file holds; a missing file is made.",
    params: [req("path", t.string), req("content", t.any)],
    returns: t.nil,
    effect: "fs.write",
    borrows: true,
    deprecated: "harness.fs.append",
    run(context, path, content) {
      const files = need(context, "append_file", "files");
      const full = at(files, path);
      attempt(
        "append_file",
        (reason) => `Failed to open file ${full}: ${reason}`,
        () => files.appendText(full, show(content)),
      );
      noteEdit(context, full, "append", () => utf8Length(show(content)));
      return null;
    },
  }),
  fs({
    name: "mkdir",
    summary: "Make a folder and the folders it lies in.",
    params: [req("path", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.mkdir",
    run(context, path) {
      const files = need(context, "mkdir", "files");
      const full = at(files, path);
      attempt(
        "mkdir",
        (reason) => `Failed to create directory ${full}: ${reason}`,
        () => files.makeFolder(full),
      );
      return null;
    },
  }),
  fs({
    name: "mkdtemp",
    summary: "Make a new temporary folder and give its path.",
    params: [opt("prefix", t.string)],
    returns: t.string,
    effect: "fs.write",
    deprecated: "harness.fs.mkdtemp",
    run(context, prefix = "harn-") {
      const files = need(context, "mkdtemp", "files");
      if (/[/\\]/.test(prefix)) throw fail(`mkdtemp: prefix must not contain a path separator: ${prefix}`);
      return attempt(
        "mkdtemp",
        (reason) => `mkdtemp: ${reason}`,
        () => files.makeTempFolder(prefix),
      );
    },
  }),
  fs({
    name: "delete_file",
    summary: "Delete a file, or a folder with all it holds.",
    params: [req("path", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.delete",
    run(context, path) {
      const files = need(context, "delete_file", "files");
      const full = at(files, path);
      let what = "file";
      const remove = (): void => {
        if (kindOf(files, full, false) === "directory") what = "directory";
        files.remove(full, { recursive: true });
      };
      attempt("delete_file", (reason) => `Failed to delete ${what} ${full}: ${reason}`, remove);
      return null;
    },
  }),
  fs({
    name: "copy_file",
    summary: "Copy a file.",
    params: [req("src", t.string), req("dst", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.copy",
    run(context, source, target) {
      const files = need(context, "copy_file", "files");
      const [from, to] = [at(files, source), at(files, target)];
      attempt(
        "copy_file",
        (reason) => `Failed to copy ${from} to ${to}: ${reason}`,
        () => files.copy(from, to),
      );
      return null;
    },
  }),
  fs({
    name: "move_file",
    summary: "Rename a file or folder; across file systems a file is copied and deleted.",
    params: [req("src", t.string), req("dst", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.rename",
    run(context, source, target) {
      const files = need(context, "move_file", "files");
      move(files, at(files, source), at(files, target));
      return null;
    },
  }),
];

function move(files: HostFiles, from: string, to: string): void {
  try {
    files.rename(from, to);
    return;
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "EXDEV")
      throw failureOf("move_file", error, (reason) => `move_file: ${reason}`);
  }
  attempt(
    "move_file",
    (reason) => `move_file: copy failed: ${reason}`,
    () => files.copy(from, to),
  );
  attempt(
    "move_file",
    (reason) => `move_file: remove src failed: ${reason}`,
    () => files.remove(from, { recursive: false }),
  );
}

/** `undefined` when there is nothing. A policy's refusal passes through. */
function kindOf(files: HostFiles, path: string, followLinks: boolean): FileStat["kind"] | undefined {
  try {
    return files.stat(path, followLinks).kind;
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const asking: readonly Builtin[] = [
  fs({
    name: "file_exists",
    summary: "Whether there is a file or folder at a path.",
    params: [req("path", t.string)],
    returns: t.bool,
    effect: "fs.read",
    deprecated: "harness.fs.exists",
    examples: [['file_exists("absent.txt")', "false"]],
    run(context, path) {
      const files = need(context, "file_exists", "files");
      return attempt(
        "file_exists",
        (reason) => `file_exists: ${reason}`,
        () => files.exists(at(files, path)),
      );
    },
  }),
  fs({
    name: "stat",
    summary: "`{size, is_file, is_dir, readonly, modified}` of a file; `modified` is in seconds.",
    params: [req("path", t.string)],
    returns: t.dict,
    effect: "fs.read",
    deprecated: "harness.fs.stat",
    run(context, path) {
      const files = need(context, "stat", "files");
      const full = at(files, path);
      const found = attempt(
        "stat",
        (reason) => `Failed to stat ${full}: ${reason}`,
        () => files.stat(full, true),
      );
      return DictValue.of({
        size: found.size,
        is_file: found.kind === "file",
        is_dir: found.kind === "directory",
        readonly: found.mode !== undefined && (found.mode & 0o222) === 0,
        modified: new FloatValue(found.modified / 1000),
      });
    },
  }),
  fs({
    name: "list_dir",
    summary: "The names in a folder, in order.",
    params: [opt("path", t.string)],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.list_dir",
    run(context, path = ".") {
      const files = need(context, "list_dir", "files");
      const full = at(files, path);
      const entries = attempt(
        "list_dir",
        (reason) => `Failed to list directory ${full}: ${reason}`,
        () => files.list(full),
      );
      return new ListValue(entries.map((entry) => entry.name).sort(compareText));
    },
  }),
  fs({
    name: "walk_dir",
    summary:
      "Everything below a folder and the folder itself: `{path, is_dir, is_file, depth}`. Options: `max_depth`, `follow_symlinks`.",
    params: [req("path", t.string), opt("options", t.dict)],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.walk",
    run(context, path, options) {
      if (path === "") throw fail("walk_dir: root path is required");
      refuseBackground("walk_dir", options);
      const files = need(context, "walk_dir", "files");
      const entries: Value[] = [];
      const settings = {
        maxDepth: intOption(options, "max_depth"),
        followLinks: flagOption(options, "follow_symlinks") === true,
      };
      attempt(
        "walk_dir",
        (reason) => `walk_dir: ${reason}`,
        () => {
          for (const entry of walk(files, at(files, path), settings)) entries.push(entryValue(entry));
        },
      );
      return new ListValue(entries);
    },
  }),
  fs({
    name: "glob",
    summary: "The paths below a folder that match a pattern: `*`, `?`, `**`, `[…]`, `{…}`.",
    params: [req("pattern", t.string), opt("base_or_options", t.any), opt("options", t.nilable(t.dict))],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.glob",
    examples: [['glob("*.absent")', "[]"]],
    run(context, pattern, base, options) {
      if (pattern === "") throw fail("glob: pattern is required");
      for (const given of [asDict(base), asDict(options)]) refuseBackground("glob", given);
      const files = need(context, "glob", "files");
      const folder =
        asDict(base) === undefined
          ? base === undefined
            ? "."
            : show(base)
          : (textOption(asDict(base), "base") ?? ".");
      return new ListValue(matching(files, pattern, at(files, folder || ".")));
    },
  }),
  fs({
    name: "temp_dir",
    summary: "The system's folder for temporary files.",
    params: [],
    returns: t.string,
    effect: "env",
    deprecated: "harness.fs.temp_dir",
    run: (context) => need(context, "temp_dir", "files").tempFolder,
  }),
];

/** A walk answers when it is over: a program that has other things to do meanwhile starts it as a task. */
function refuseBackground(builtin: string, options: DictValue | undefined): void {
  for (const key of ["long_running", "background"])
    if (options?.get(key) === true)
      throw fail(`${builtin}: \`${key}\` is not available; run it beside the program with spawn { ${builtin}(…) }`);
}

interface Entry {
  readonly path: string;
  readonly kind: FileStat["kind"];
  readonly depth: number;
}

/** Depth first, each folder in name order. What cannot be read is left out, as are links that lead back up. */
function* walk(
  files: HostFiles,
  root: string,
  settings: { readonly maxDepth: number | undefined; readonly followLinks: boolean },
): Generator<Entry> {
  const kind = kindOf(files, root, true);
  if (kind !== undefined) yield* visit({ path: root, kind, depth: 0 }, new Set([files.realPath(root)]));

  function* visit(entry: Entry, above: ReadonlySet<string>): Generator<Entry> {
    yield entry;
    if (entry.kind !== "directory" || (settings.maxDepth !== undefined && entry.depth >= settings.maxDepth)) return;
    for (const child of [...readable(files, entry.path)].sort((a, b) => compareText(a.name, b.name))) {
      const path = joinPath(entry.path, child.name);
      const target = child.kind === "symlink" && settings.followLinks ? linkedKind(files, path) : child.kind;
      const real = target === "directory" ? files.realPath(path) : path;
      if (above.has(real)) continue;
      yield* visit(
        { path, kind: target, depth: entry.depth + 1 },
        target === "directory" ? new Set([...above, real]) : above,
      );
    }
  }
}

function readable(files: HostFiles, folder: string): ReturnType<HostFiles["list"]> {
  try {
    return files.list(folder);
  } catch {
    return [];
  }
}

function linkedKind(files: HostFiles, path: string): FileStat["kind"] {
  try {
    return files.stat(path, true).kind;
  } catch {
    return "symlink";
  }
}

function entryValue({ path, kind, depth }: Entry): Value {
  return DictValue.of({ path: toPosix(path), is_dir: kind === "directory", is_file: kind === "file", depth });
}

function matching(files: HostFiles, glob: string, base: string): Value[] {
  const pattern = compileGlob(glob);
  const prefix = base.endsWith("/") ? base : `${base}/`;
  const found: string[] = [];
  attempt(
    "glob",
    (reason) => `glob: ${reason}`,
    () => {
      for (const { path } of walk(files, base, { maxDepth: undefined, followLinks: false })) {
        const relative = toPosix(path.slice(prefix.length));
        if (path !== base && pattern.test(relative)) found.push(toPosix(path));
      }
    },
  );
  return found.sort(compareText);
}

function compileGlob(glob: string): RegExp {
  try {
    return globPattern(glob);
  } catch (error) {
    throw fail(`glob: ${messageOf(error)}`);
  }
}

export const fileBuiltins: readonly Builtin[] = [...reading, ...writing, ...asking];
