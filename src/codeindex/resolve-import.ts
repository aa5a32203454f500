import type { FoundImport } from "./facts.ts";
import type { Language } from "./language.ts";

/** The paths of an index, and where each name of a file occurs. */
export class FilePaths {
  readonly #paths: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
    for (const path of this.#paths) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const same = this.#byName.get(name);
      if (same === undefined) this.#byName.set(name, [path]);
      else if (same.length < mostOfAName) same.push(path);
    }
  }

  first(candidates: readonly (string | undefined)[]): string | undefined {
    return candidates.find((path) => path !== undefined && this.#paths.has(path));
  }

  /** The first path that ends with this one, a folder's name in whole. */
  endingWith(path: string): string | undefined {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return this.#byName.get(name)?.find((found) => found === path || found.endsWith(`/${path}`));
  }
}

/** Files of one name that are looked through. */
const mostOfAName = 64;
const scriptEndings = ["ts", "tsx", "mts", "js", "jsx", "mjs", "cjs"];

/** The file of the index that an import names; `undefined` for what is of other packages, or not there. */
export function resolveImport(
  from: string,
  { kind, specifier }: FoundImport,
  language: Language,
  paths: FilePaths,
): string | undefined {
  const folder = from.slice(0, Math.max(0, from.lastIndexOf("/")));
  switch (language.name) {
    case "harn": {
      const path = joined(folder, specifier);
      return specifier.startsWith("std/") ? undefined : paths.first([path, `${path}.harn`, `${path}/lib.harn`]);
    }
    case "typescript":
    case "tsx":
    case "javascript":
    case "jsx":
      return specifier.startsWith(".") ? scriptFile(joined(folder, specifier), paths) : undefined;
    case "python":
      return pythonFile(folder, specifier, paths);
    case "rust": {
      const module = /^mod\s+(\w+)/.exec(specifier)?.[1];
      if (module === undefined) return undefined;
      const stem = from.slice(folder.length === 0 ? 0 : folder.length + 1).replace(/\.rs$/, "");
      const inner = ["mod", "lib", "main"].includes(stem) ? folder : joined(folder, stem);
      return paths.first([joined(inner, `${module}.rs`), joined(inner, `${module}/mod.rs`)]);
    }
    case "c":
    case "cpp":
      return specifier === "" ? undefined : (paths.first([joined(folder, specifier)]) ?? endingWith(paths, specifier));
    case "ruby": {
      const path = specifier.endsWith(".rb") ? specifier : `${specifier}.rb`;
      return kind === "require_relative" ? paths.first([joined(folder, path)]) : endingWith(paths, path);
    }
    case "lua": {
      const path = specifier.replaceAll(".", "/");
      return endingWith(paths, `${path}.lua`) ?? endingWith(paths, `${path}/init.lua`);
    }
    case "zig":
    case "r":
    case "bash":
      return paths.first([joined(folder, specifier), joined("", specifier)]);
    case "java":
      return dotted(specifier, /^import\s+(?:static\s+)?([\w.]+)/, [".java"], paths);
    case "kotlin":
      return dotted(specifier, /^import\s+([\w.]+)/, [".kt", ".kts"], paths);
    case "scala":
      return dotted(specifier, /^import\s+([\w.]+)/, [".scala"], paths);
    case "haskell":
      return dotted(specifier, /^import\s+(?:qualified\s+)?([\w.]+)/, [".hs", ".lhs"], paths);
    case "php":
      return dotted(specifier.replaceAll("\\", "."), /^use\s+\.?([\w.]+)/, [".php"], paths);
    case "csharp": {
      const last = /([\w]+)\s*;?$/.exec(specifier)?.[1];
      return last === undefined ? undefined : endingWith(paths, `${last}.cs`);
    }
    case "elixir": {
      const last = /^\w+\s+(?:\w+\.)*(\w+)/.exec(specifier)?.[1];
      const file = last?.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
      return file === undefined ? undefined : (endingWith(paths, `${file}.ex`) ?? endingWith(paths, `${file}.exs`));
    }
    default:
      return undefined;
  }
}

function endingWith(paths: FilePaths, path: string): string | undefined {
  return path === "" || path.includes("..") ? undefined : paths.endingWith(path);
}

function scriptFile(path: string, paths: FilePaths): string | undefined {
  const stem = path.replace(/\.(?:m|c)?jsx?$/, "");
  return paths.first([
    path,
    ...scriptEndings.map((ending) => `${path}.${ending}`),
    ...(stem === path ? [] : scriptEndings.map((ending) => `${stem}.${ending}`)),
    ...scriptEndings.map((ending) => joined(path, `index.${ending}`)),
  ]);
}

/** `from ..a import b` counts dots from the file's folder; other modules are looked for beside it, at the root, and anywhere. */
function pythonFile(folder: string, statement: string, paths: FilePaths): string | undefined {
  const found = /^(?:from|import)\s+(\.*)([\w.]*)(?:\s+import\s+\(?\s*(\w+))?/.exec(statement);
  if (found === null) return undefined;
  const [, dots = "", module = "", member] = found;
  const path = module.replaceAll(".", "/");
  const filesOf = (base: string): readonly string[] => [`${base}.py`, joined(base, "__init__.py")];
  if (dots !== "") {
    const base = joined(folder, "../".repeat(dots.length - 1) + path);
    const ofMember = member === undefined ? [] : filesOf(joined(base, member));
    return paths.first(path === "" ? [...ofMember, joined(base, "__init__.py")] : [...filesOf(base), ...ofMember]);
  }
  if (path === "") return undefined;
  return (
    paths.first([...filesOf(joined(folder, path)), ...filesOf(path)]) ??
    (path.includes("/") ? (endingWith(paths, `${path}.py`) ?? endingWith(paths, `${path}/__init__.py`)) : undefined)
  );
}

/** `a.b.C`, or a member of it: `a.b.C.d`. */
function dotted(statement: string, pattern: RegExp, endings: readonly string[], paths: FilePaths): string | undefined {
  const path = pattern.exec(statement)?.[1]?.replaceAll(".", "/").replace(/\/$/, "");
  if (path === undefined) return undefined;
  const outer = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  for (const base of [path, outer])
    for (const ending of endings) {
      const found = base === "" ? undefined : endingWith(paths, `${base}${ending}`);
      if (found !== undefined) return found;
    }
  return undefined;
}

/** Below a root: more `..` than there are folders leave it, and name nothing. */
export function joined(folder: string, path: string): string {
  const kept = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.pop() === undefined) return "";
  }
  return kept.join("/");
}
