import { stdModulePath } from "./module.ts";
import type { ModuleReader } from "./reader.ts";

/** Files by path, for tests and embedding. `std/x` is the file `<stdlib>/x.harn`. */
export function memoryReader(files: Readonly<Record<string, string>>): ModuleReader {
  const texts = new Map(Object.entries(files).map(([path, text]) => [normalize(path), text]));
  const folders = new Set<string>(["."]);
  for (const path of texts.keys()) {
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return {
    read(path) {
      const text = texts.get(normalize(path));
      if (text === undefined) throw new Error("No such file or directory (os error 2)");
      return text;
    },
    exists: (path) => texts.has(normalize(path)) || folders.has(normalize(path)),
    isFolder: (path) => folders.has(normalize(path)),
    realPath: normalize,
    dirname,
    join: (...parts) => normalize(parts.filter((part) => part !== "").join("/")),
    stdSource: (name) => texts.get(stdModulePath(name)),
  };
}

function dirname(path: string): string {
  const cut = path.lastIndexOf("/");
  if (cut < 0) return ".";
  return cut === 0 ? "/" : path.slice(0, cut);
}

function normalize(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept[kept.length - 1] !== "..") kept.pop();
    else kept.push(part);
  }
  return path.startsWith("/") ? `/${kept.join("/")}` : kept.join("/") || ".";
}
