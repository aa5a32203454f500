import {
  type Builtin,
  type CallContext,
  type FileStat,
  type HostFiles,
  longRunningKey,
  opt,
  req,
  t,
} from "../../../builtin/index.ts";
import { messageOf, type TextPattern } from "../../../text/index.ts";
import { compareText, DictValue, ListValue, show, type Value } from "../../../value/index.ts";
import { fail, failureOf, need } from "../faults.ts";
import { globPattern } from "../glob.ts";
import { asDict, flagOption, intOption, textOption } from "../options.ts";
import { joinPath, toPosix } from "../path-text.ts";
import { at, fs, kindOf } from "./places.ts";

export const walking: readonly Builtin[] = [
  fs({
    name: "walk_dir",
    summary:
      "Everything below a folder and the folder itself: `{path, is_dir, is_file, depth}`. Options: `max_depth`, `follow_symlinks`, `long_running`.",
    params: [req("path", t.string), opt("options", t.dict)],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.walk",
    run(context, path, options) {
      if (path === "") throw fail("walk_dir: root path is required");
      const files = need(context, "walk_dir", "files");
      const root = at(files, path);
      const settings = {
        maxDepth: intOption(options, "max_depth"),
        followLinks: flagOption(options, "follow_symlinks") === true,
      };
      return answer(context, {
        operation: "walk_dir",
        descriptor: `walk_dir ${root}`,
        isLongRunning: isLongRunning(options),
        pieces: () => walked(files, root, settings),
      });
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
      const files = need(context, "glob", "files");
      const folder =
        asDict(base) === undefined
          ? base === undefined
            ? "."
            : show(base)
          : (textOption(asDict(base), "base") ?? ".");
      const root = at(files, folder || ".");
      return answer(context, {
        operation: "glob",
        descriptor: `glob ${pattern} in ${root}`,
        isLongRunning: isLongRunning(asDict(base)) || isLongRunning(options),
        pieces: () => matching(files, pattern, root),
      });
    },
  }),
];

type Pieces = Generator<undefined, Value>;

interface Look {
  readonly operation: string;
  readonly descriptor: string;
  readonly isLongRunning: boolean;
  readonly pieces: () => Pieces;
}

function isLongRunning(options: DictValue | null | undefined): boolean {
  return options?.get("long_running") === true || options?.get("background") === true;
}

/** What was looked for or, where the program does not wait for it, the handle of looking. */
function answer(context: CallContext, { isLongRunning, operation, descriptor, pieces }: Look): Value {
  const guarded = (): Pieces => inOwnWords(operation, pieces());
  if (isLongRunning) return context.service(longRunningKey).begin(context, { operation, descriptor, pieces: guarded });
  const all = guarded();
  for (;;) {
    const piece = all.next();
    if (piece.done === true) return piece.value;
  }
}

/** A failure of the host reads as one of the builtin. */
function* inOwnWords(builtin: string, pieces: Pieces): Pieces {
  try {
    return yield* pieces;
  } catch (error) {
    throw failureOf(builtin, error, (reason) => `${builtin}: ${reason}`);
  }
}

function* walked(files: HostFiles, root: string, settings: WalkSettings): Pieces {
  const entries: Value[] = [];
  for (const entry of walk(files, root, settings)) {
    entries.push(entryValue(entry));
    yield;
  }
  return new ListValue(entries);
}

interface WalkSettings {
  readonly maxDepth: number | undefined;
  readonly followLinks: boolean;
}

interface Entry {
  readonly path: string;
  readonly kind: FileStat["kind"];
  readonly depth: number;
}

/** Depth first, each folder in name order. What cannot be read is left out, as are links that lead back up. */
function* walk(files: HostFiles, root: string, settings: WalkSettings): Generator<Entry> {
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

function* matching(files: HostFiles, glob: string, base: string): Pieces {
  const pattern = compileGlob(glob);
  const prefix = base.endsWith("/") ? base : `${base}/`;
  const found: string[] = [];
  for (const { path } of walk(files, base, { maxDepth: undefined, followLinks: false })) {
    const relative = toPosix(path.slice(prefix.length));
    if (path !== base && pattern.matches(relative)) found.push(toPosix(path));
    yield;
  }
  return new ListValue(found.sort(compareText));
}

function compileGlob(glob: string): TextPattern {
  try {
    return globPattern(glob);
  } catch (error) {
    throw fail(`glob: ${messageOf(error)}`);
  }
}
