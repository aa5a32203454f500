import type { Diagnostic } from "../diagnostics/index.ts";
import type { Declaration, ImportDeclaration, Program } from "../syntax/index.ts";
import type { Source, Span } from "../text/index.ts";

export type ExportKind =
  | "function"
  | "stream"
  | "tool"
  | "skill"
  | "eval-pack"
  | "pipeline"
  | "struct"
  | "enum"
  | "type"
  | "interface";

/** A top-level declaration under the name and in the module that declare it, however far it was re-exported. */
export interface Exported {
  readonly kind: ExportKind;
  readonly name: string;
  readonly module: Module;
  readonly declaration: Declaration;
}

/** A name that an import brings into the importing file. No name is brought twice: of two imports of it, the first brings it. */
export interface ImportBinding {
  readonly name: string;
  readonly exported: Exported;
  /** The name in a selective import, else the path of the import. */
  readonly span: Span;
}

export interface ResolvedImport {
  readonly declaration: ImportDeclaration;
  readonly target: Module | undefined;
  readonly bindings: readonly ImportBinding[];
  /** The error that running this import raises. Bindings that are sound stand beside it. */
  readonly problem?: string;
}

export interface Module {
  /** The canonical path; `<stdlib>/text.harn` for `std/text`. */
  readonly id: string;
  readonly source: Source;
  readonly program: Program;
  /** Of the lexer and the parser. */
  readonly diagnostics: readonly Diagnostic[];
  readonly imports: readonly ResolvedImport[];
  /** What a wildcard import brings. */
  readonly exports: ReadonlyMap<string, Exported>;
  /** What a selective import may name: every declaration, and what is re-exported. */
  readonly importable: ReadonlyMap<string, Exported>;
}

export interface ModuleGraph {
  readonly entry: Module;
  /** By id, the entry first, then in the order of discovery. */
  readonly modules: ReadonlyMap<string, Module>;
}

/** `text` to `<stdlib>/text.harn`. */
export function stdModulePath(name: string): string {
  return `<stdlib>/${name}.harn`;
}

/** The name under which `std/` has the module at that path, if it is one of its modules. */
export function stdModuleName(path: string): string | undefined {
  return /^<stdlib>\/(.*)\.harn$/.exec(path)?.[1];
}
