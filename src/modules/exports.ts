import type { Declaration, Program, Statement } from "../syntax/index.ts";
import type { Exported, ExportKind, Module } from "./module.ts";

/** A module's own declarations, before re-exports. */
export interface OwnNames {
  readonly declared: ReadonlyMap<string, Exported>;
  readonly isExported: (exported: Exported) => boolean;
}

/**
 * `pub` exports. A module without any `pub fn` (or `pub import`) exports all of its functions; types and interfaces need no `pub`.
 */
export function collectOwnNames(program: Program, module: Module): OwnNames {
  const declared = new Map<string, Exported>();
  let hasInterface = false;
  for (const item of program.items) {
    if (item.kind === "import" && item.isPublic) hasInterface = true;
    const kind = exportKind(item);
    if (kind === undefined) continue;
    const declaration = item as Extract<Declaration, { readonly name: unknown }>;
    if (declaration.isPublic && isFunction(kind)) hasInterface = true;
    const name = declaration.name.text;
    if (!declared.has(name)) declared.set(name, { kind, name, module, declaration });
  }
  return {
    declared,
    isExported: ({ kind, declaration }) =>
      declaration.isPublic || kind === "type" || kind === "interface" || (isFunction(kind) && !hasInterface),
  };
}

function isFunction(kind: ExportKind): boolean {
  return kind === "function" || kind === "stream";
}

function exportKind(item: Statement): ExportKind | undefined {
  switch (item.kind) {
    case "function":
      return item.isStream ? "stream" : "function";
    case "tool":
    case "skill":
    case "eval-pack":
    case "pipeline":
    case "struct":
    case "enum":
    case "type":
    case "interface":
      return item.kind;
    default:
      return undefined;
  }
}

/** Two of these under one name make a collision: a call could mean either. */
export function isCallable(kind: ExportKind): boolean {
  return isFunction(kind) || kind === "tool" || kind === "skill" || kind === "eval-pack";
}
