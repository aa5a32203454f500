import { type ImportDeclaration, quotePlain } from "../syntax/index.ts";
import { fragment, indentOf, lineAt } from "./fragment.ts";

/** Without `pub`. Names wrap one to a line; the path is never cut. */
export function importText({ path, names }: ImportDeclaration, level: number, lineWidth: number): string {
  if (!names) return `import ${quotePlain(path)}`;
  const sorted = names.map(({ text }) => text).toSorted(compareBytes);
  const list = sorted.join(", ");
  const width = indentOf(level).length + 9 + fragment(list).bytes + 3 + 6 + fragment(path).bytes + 1;
  if (width <= lineWidth) return `import { ${list} } from ${quotePlain(path)}`;
  const lines = sorted.map((name) => `${lineAt(level + 1)}${name},`).join("");
  return `import {${lines}${lineAt(level)}} from ${quotePlain(path)}`;
}

/** The standard library first, then by path; of one path the whole module before names from it. */
export function compareImports(a: ImportDeclaration, b: ImportDeclaration): number {
  const standard = Number(b.path.startsWith("std/")) - Number(a.path.startsWith("std/"));
  return standard || compareBytes(a.path, b.path) || compareNames(a, b);
}

function compareNames(a: ImportDeclaration, b: ImportDeclaration): number {
  const forms = Number(a.names !== undefined) - Number(b.names !== undefined);
  return forms || compareBytes(namesKey(a), namesKey(b));
}

function namesKey({ names = [] }: ImportDeclaration): string {
  return names
    .map(({ text }) => text)
    .toSorted(compareBytes)
    .join(",");
}

/** In the order of the UTF-8 bytes, which is that of the code points. */
function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.codePointAt(at) as number;
    const right = b.codePointAt(at) as number;
    if (left !== right) return left - right;
  }
  return a.length - b.length;
}
