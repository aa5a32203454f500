/** Paths as texts: nothing here asks a file system. Backslashes count as slashes, and results have slashes only. */

interface Parts {
  /** `C:` or nothing. */
  readonly drive: string;
  readonly isAbsolute: boolean;
  readonly segments: readonly string[];
}

export function toPosix(path: string): string {
  return path.replaceAll("\\", "/");
}

function split(path: string): Parts {
  const posix = toPosix(path);
  const drive = /^[A-Za-z]:/.exec(posix)?.[0] ?? "";
  const rest = posix.slice(drive.length);
  return { drive, isAbsolute: rest.startsWith("/"), segments: rest.split("/").filter((segment) => segment !== "") };
}

function joined({ drive, isAbsolute, segments }: Parts): string {
  return `${drive}${isAbsolute ? "/" : ""}${segments.join("/")}`;
}

export function pathSegments(path: string): readonly string[] {
  return split(path).segments;
}

/** `C:x` is relative to the drive's current folder, so not absolute. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:\/)/.test(toPosix(path));
}

/** Without `.`, doubled or trailing slashes, and with `..` taken out as far as there is something to take. */
export function normalizePath(path: string): string {
  if (path === "") return "";
  const parts = split(path);
  const kept: string[] = [];
  for (const segment of parts.segments) {
    if (segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!parts.isAbsolute) kept.push("..");
  }
  return joined({ ...parts, segments: kept }) || ".";
}

export function baseOf(path: string): string {
  return split(path).segments.at(-1) ?? "";
}

/** Empty for a lone relative name. */
export function parentOf(path: string): string {
  const parts = split(path);
  if (parts.segments.length <= 1 && !parts.isAbsolute) return "";
  return joined({ ...parts, segments: parts.segments.slice(0, -1) });
}

/** With its dot; a leading dot makes a hidden file, not an extension. */
export function extensionOf(path: string): string {
  const name = baseOf(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot);
}

export function stemOf(path: string): string {
  const name = baseOf(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? name : name.slice(0, dot);
}

function withName(path: string, name: string): string {
  const parent = parentOf(path);
  return parent === "" || parent === "/" ? parent + name : `${parent}/${name}`;
}

export function withExtension(path: string, extension: string): string {
  const dotted = extension === "" || extension.startsWith(".") ? extension : `.${extension}`;
  return withName(path, stemOf(path) + dotted);
}

export function withStem(path: string, stem: string): string {
  return withName(path, stem + extensionOf(path));
}

/** The way from `base` to `path`; none between different drives or between absolute and relative. */
export function relativeTo(path: string, base: string): string | undefined {
  const target = split(normalizePath(path));
  const start = split(normalizePath(base));
  if (target.isAbsolute !== start.isAbsolute || target.drive !== start.drive) return undefined;
  let common = 0;
  while (common < start.segments.length && target.segments[common] === start.segments[common]) common++;
  const steps = [...start.segments.slice(common).map(() => ".."), ...target.segments.slice(common)];
  return steps.join("/") || ".";
}

/** The second path seen from the first: an absolute one replaces it, and nothing is normalised. */
export function joinPath(base: string, path: string): string {
  if (isAbsolutePath(path) || base === "") return path;
  return base.endsWith("/") || base.endsWith("\\") ? base + path : `${base}/${path}`;
}

/** The folder of a path as the system knows it, for native paths that were not split before. */
export function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "" : cut === 0 ? path.slice(0, 1) : path.slice(0, cut);
}
