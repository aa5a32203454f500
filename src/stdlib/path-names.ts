import { type Builtin, declare, req, t } from "../builtin/index.ts";

const strings = declare("strings");

/** The parts of a path between slashes, without empty ones and `.` (but a leading `.` stays). */
function componentsOf(path: string): string[] {
  return path.split("/").filter((part, at) => part !== "" && (part !== "." || at === 0));
}

function baseName(path: string): string {
  const last = componentsOf(path).at(-1) ?? "";
  return last === ".." || last === "." ? "" : last;
}

/** The path without its last part, as written. */
function directoryName(path: string): string {
  const trimmed = path.replace(/(?:\/+\.?)+$/, "");
  if (trimmed === "") return "";
  const parent = trimmed.slice(0, trimmed.lastIndexOf("/") + 1);
  return parent.replace(/(?:\/+\.)*\/+$/, "") || parent.slice(0, 1);
}

/** From the last dot on; a dot in front of everything hides a file and starts no extension. */
function extensionName(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot) : "";
}

function ofPath(
  name: string,
  summary: string,
  examples: readonly (readonly [string, string])[],
  take: (path: string) => string,
): Builtin {
  return strings({
    name,
    summary,
    params: [req("path", t.string)],
    returns: t.string,
    borrows: true,
    examples: examples.map(([path, result]) => [`${name}("${path}")`, result] as const),
    run: (_context, path) => take(path),
  });
}

export const pathNames: readonly Builtin[] = [
  ofPath("basename", "The last part of a path.", [["/a/b/c.txt", "c.txt"]], baseName),
  ofPath("dirname", "A path without its last part.", [["/a/b/c.txt", "/a/b"]], directoryName),
  ofPath(
    "extname",
    "The extension of a path, with its dot.",
    [
      ["x.tar.gz", ".gz"],
      [".hidden", ""],
    ],
    extensionName,
  ),
];
