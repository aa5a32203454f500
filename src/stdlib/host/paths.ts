import { type Builtin, type CallContext, declare, opt, req, rest, t } from "../../builtin/index.ts";
import { DictValue, ListValue, type Value } from "../../value/index.ts";
import {
  baseOf,
  extensionOf,
  isAbsolutePath,
  joinPath,
  normalizePath,
  parentOf,
  pathSegments,
  relativeTo,
  stemOf,
  toPosix,
  withExtension,
  withStem,
} from "./path-text.ts";

const paths = declare("path");

function about(
  name: string,
  summary: string,
  answer: (path: string) => Value,
  example?: readonly [string, string],
): Builtin {
  return paths({
    name,
    summary,
    params: [req("path", t.string)],
    ...(example === undefined ? {} : { examples: [example] }),
    run: (_context, path) => answer(path),
  });
}

function changing(
  name: string,
  summary: string,
  other: string,
  change: (path: string, other: string) => string,
): Builtin {
  return paths({
    name,
    summary,
    params: [req("path", t.string), req(other, t.string)],
    returns: t.string,
    run: (_context, path, text) => change(path, text),
  });
}

/** Where a path lies with respect to a workspace. */
interface Placement {
  readonly kind: "workspace_relative" | "host_absolute" | "invalid";
  readonly normalized: string;
  readonly workspacePath?: string;
  readonly hostPath?: string;
  readonly isRecovered?: boolean;
  readonly reason?: string;
}

function place(context: CallContext, path: string, root: string | undefined): Placement {
  const trimmed = path.trim();
  if (trimmed === "") return { kind: "invalid", normalized: "", reason: "path is empty" };
  if (trimmed.includes("\0"))
    return { kind: "invalid", normalized: toPosix(trimmed), reason: "path contains NUL bytes" };
  const normalized = normalizePath(trimmed);
  const workspace = root === undefined ? undefined : absoluteRoot(context, root);
  const inWorkspace = (relative: string): { hostPath?: string } =>
    workspace === undefined ? {} : { hostPath: normalizePath(joinPath(workspace, relative)) };
  if (!isAbsolutePath(trimmed)) {
    if (normalized === ".." || normalized.startsWith("../")) {
      const reason = "workspace-relative path escapes the workspace root";
      return { kind: "invalid", normalized, reason, ...inWorkspace(normalized) };
    }
    return { kind: "workspace_relative", normalized, workspacePath: normalized, ...inWorkspace(normalized) };
  }
  const inside = workspace === undefined ? undefined : relativeInside(normalized, workspace);
  if (inside !== undefined) return { kind: "host_absolute", normalized, workspacePath: inside, hostPath: normalized };
  const recovered = workspace === undefined ? undefined : recoverDrift(context, normalized, workspace);
  if (recovered !== undefined) {
    const found = {
      kind: "workspace_relative",
      normalized: recovered,
      workspacePath: recovered,
      isRecovered: true,
    } as const;
    return { ...found, ...inWorkspace(recovered) };
  }
  return { kind: "host_absolute", normalized, hostPath: normalized };
}

function absoluteRoot(context: CallContext, root: string): string {
  return normalizePath(isAbsolutePath(root) ? root : joinPath(context.host.files?.cwd ?? "/", root));
}

function relativeInside(path: string, root: string): string | undefined {
  const relative = relativeTo(path, root);
  return relative === undefined || relative === ".." || relative.startsWith("../") ? undefined : relative;
}

/** `/packages/x` often means `packages/x`: so it does when the host has no such path and the workspace has its first folder. */
function recoverDrift(context: CallContext, path: string, root: string): string | undefined {
  const files = context.host.files;
  const relative = path.replace(/^\/+/, "");
  const [first] = relative.split("/");
  if (files === undefined || first === undefined || first === "" || !path.startsWith("/")) return undefined;
  const exists = (candidate: string): boolean => {
    try {
      return files.exists(candidate);
    } catch {
      // A policy does not even let us ask, so it is nothing we may point to.
      return false;
    }
  };
  return !exists(`/${first}`) && exists(joinPath(root, first)) ? relative : undefined;
}

function placementValue(input: string, placed: Placement): DictValue {
  return DictValue.of({
    input,
    kind: placed.kind,
    normalized: placed.normalized,
    workspace_path: placed.workspacePath ?? null,
    host_path: placed.hostPath ?? null,
    recovered_root_drift: placed.isRecovered ?? false,
    reason: placed.reason ?? null,
  });
}

export const pathBuiltins: readonly Builtin[] = [
  declare("fs")({
    name: "path_join",
    summary: "The parts of a path joined; an absolute part starts afresh.",
    params: [rest("parts", t.string)],
    returns: t.string,
    examples: [['path_join("a", "b", "c.txt")', '"a/b/c.txt"']],
    run: (_context, ...parts) => parts.reduce(joinPath, ""),
  }),
  about("path_parent", "The folder of a path.", parentOf, ['path_parent("/a/b.txt")', '"/a"']),
  about("path_basename", "The last segment of a path.", baseOf),
  about("path_stem", "The last segment of a path without its extension.", stemOf, ['path_stem("x.tar.gz")', '"x.tar"']),
  about("path_extension", "The extension of a path, with its dot.", extensionOf, [
    'path_extension("x.tar.gz")',
    '".gz"',
  ]),
  about("path_is_absolute", "Whether a path is absolute.", isAbsolutePath),
  about("path_is_relative", "Whether a path is relative.", (path) => !isAbsolutePath(path)),
  about("path_normalize", "A path without `.`, `..` and doubled slashes.", normalizePath, [
    'path_normalize("/a/../b/./c")',
    '"/b/c"',
  ]),
  about("path_segments", "The segments of a path.", (path) => new ListValue([...pathSegments(path)])),
  about("path_to_posix", "A path with slashes.", toPosix),
  about("path_to_native", "A path with slashes, which every platform takes.", toPosix),
  about("path_parts", "`{dir, file, stem, ext, segments}` of a path.", (path) =>
    DictValue.of({
      dir: parentOf(path),
      file: baseOf(path),
      stem: stemOf(path),
      ext: extensionOf(path),
      segments: new ListValue([...pathSegments(path)]),
    }),
  ),
  changing("path_with_extension", "A path with another extension.", "extension", withExtension),
  changing("path_with_stem", "A path with another stem.", "stem", withStem),
  paths({
    name: "path_relative_to",
    summary: "The way from a base to a path, or nil when there is none.",
    params: [req("path", t.string), req("base", t.string)],
    run: (_context, path, base) => relativeTo(path, base) ?? null,
  }),
  paths({
    name: "path_workspace_info",
    summary: "Where a path lies with respect to a workspace.",
    params: [req("path", t.string), opt("workspace_root", t.string)],
    returns: t.dict,
    run: (context, path, root) => placementValue(path, place(context, path, root ?? context.host.files?.cwd)),
  }),
  paths({
    name: "path_workspace_normalize",
    summary: "A path relative to the workspace it lies in, or nil.",
    params: [req("path", t.string), opt("workspace_root", t.string)],
    run: (context, path, root) => place(context, path, root ?? context.host.files?.cwd).workspacePath ?? null,
  }),
];
