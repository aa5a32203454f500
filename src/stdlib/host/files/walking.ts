import { type Builtin, type FileStat, type HostFiles, opt, req, t } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import { compareText, DictValue, ListValue, show, type Value } from "../../../value/index.ts";
import { attempt, fail, need } from "../faults.ts";
import { globPattern } from "../glob.ts";
import { asDict, flagOption, intOption, textOption } from "../options.ts";
import { joinPath, toPosix } from "../path-text.ts";
import { at, fs, kindOf } from "./places.ts";

export const walking: readonly Builtin[] = [
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
