import { serviceKey } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";

/** Why a snippet is not run at all. */
export class SnippetError extends Error {
  readonly category: "schema_validation" | "policy_denied";

  constructor(category: SnippetError["category"], message: string) {
    super(message);
    this.category = category;
  }
}

/**
 * Makes functions of snippets. A snippet sees the names it is given, what it declares itself and builtins that are pure: no harness, no
 * other builtin, no import, no tasks of its own.
 */
export interface SnippetCompiler {
  /** A function of the bindings, in their order, that runs the snippet; a `SnippetError` when it may not run. */
  compile(snippet: string, bindings: readonly string[]): Promise<Value>;
}

/** Absent where programs are not compiled by their runtime. */
export const snippetCompiler = serviceKey<SnippetCompiler>("snippet compiler");
