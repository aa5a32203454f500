import type { Catalog } from "../builtin/index.ts";
import type { Severity, TextEdit } from "../diagnostics/index.ts";
import type { Module } from "../modules/index.ts";
import type { Span } from "../text/index.ts";
import type { Names } from "./names.ts";
import type { FileTokens } from "./tokens.ts";
import type { Tree } from "./tree.ts";

export interface LintOptions {
  /** Names of rules that are off. */
  readonly disabled?: readonly string[];
  readonly complexityThreshold?: number;
  readonly requireFileHeader?: boolean;
  /** What `@persona` functions may call besides steps and builtins. */
  readonly personaStepAllowlist?: readonly string[];
  /** Names that other files of the same run import from this one. */
  readonly importedElsewhere?: ReadonlySet<string>;
}

/** What every rule reads: one file, prepared once. */
export interface LintFile {
  readonly module: Module;
  readonly catalog: Catalog;
  readonly tree: Tree;
  readonly names: Names;
  /** Made when a rule first asks. */
  readonly tokens: FileTokens;
  readonly options: LintOptions;
}

export interface Finding {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly fix?: readonly TextEdit[] | undefined;
}

export interface Rule {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  find(file: LintFile): Iterable<Finding>;
}

/** A rule that warns, as nearly all do. */
export function warning(code: string, name: string, find: Rule["find"]): Rule {
  return { code, name, severity: "warning", find };
}
