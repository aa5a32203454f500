import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** How a file uses another: `type` leaves no trace at run time, `lazy` is `import()` and runs when it is reached. */
export type ImportKind = "static" | "lazy" | "type";

export interface Import {
  readonly specifier: string;
  readonly kind: ImportKind;
  readonly line: number;
}

export interface SourceFile {
  /** Below src/, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly hasWildcardExport: boolean;
}

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const sourceRoot = join(root, "src");

/** Tests, and helpers under a folder `testing`, are not shipped and may import whatever they need. */
export function isTestFile(path: string): boolean {
  return path.endsWith(".test.ts") || path.split("/").includes("testing");
}

export function readSources(): SourceFile[] {
  return readdirSync(sourceRoot, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(sourceRoot, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(sourceRoot, path), "utf8")));
}

export function parseSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const imports: Import[] = [];
  let hasWildcardExport = false;
  const add = (specifier: ts.Node | undefined, kind: ImportKind) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { line } = tree.getLineAndCharacterOfPosition(specifier.getStart(tree));
    imports.push({ specifier: specifier.text, kind, line: line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? "type" : "static");
    } else if (ts.isExportDeclaration(node)) {
      hasWildcardExport ||= node.exportClause === undefined;
      add(node.moduleSpecifier, node.isTypeOnly ? "type" : "static");
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, "type");
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], "lazy");
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, text, imports, hasWildcardExport };
}

/** The path below src/ that a relative specifier names; undefined for a package. */
export function resolveRelative(importer: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.normalize(posix.join(posix.dirname(importer), specifier));
}

/** `@scope/name/door` -> `@scope/name`, `name/door` -> `name`. */
export function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/**
 * Groups of files that import each other with static value imports (Tarjan's strongly connected components). Such files run in an
 * order that depends on who was imported first, and read each other's exports before they exist.
 */
export function findCycles(files: readonly SourceFile[]): string[][] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports
        .filter((found) => found.kind === "static")
        .map((found) => resolveRelative(file.path, found.specifier))
        .filter((target) => target !== undefined),
    ]),
  );
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const connect = (path: string): number => {
    const index = order.size;
    let lowest = index;
    order.set(path, index);
    stack.push(path);
    onStack.add(path);
    const targets = edges.get(path) ?? [];
    for (const target of targets) {
      if (!edges.has(target)) continue;
      if (!order.has(target)) lowest = Math.min(lowest, connect(target));
      else if (onStack.has(target)) lowest = Math.min(lowest, low.get(target) ?? order.get(target) ?? index);
      low.set(path, lowest);
    }
    low.set(path, lowest);
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(path));
      for (const member of group) onStack.delete(member);
      if (group.length > 1 || targets.includes(path)) cycles.push(group.sort());
    }
    return lowest;
  };
  for (const path of edges.keys()) if (!order.has(path)) connect(path);
  return cycles;
}
