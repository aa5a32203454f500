import type { TextPattern } from "../../../text/index.ts";
import { globPattern } from "../glob.ts";

interface IgnoreRule {
  readonly pattern: TextPattern;
  /** `!pattern`: takes back what an earlier rule ignored. */
  readonly isException: boolean;
  /** `pattern/`: folders only. */
  readonly isForFolders: boolean;
}

/** The rules of one `.gitignore`, for paths relative to its folder. */
export class IgnoreRules {
  readonly #rules: readonly IgnoreRule[];

  constructor(text: string) {
    this.#rules = text.split(/\r?\n/).flatMap(ruleOf);
  }

  /** The last rule that fits decides; `undefined` when none does. */
  decide(path: string, isFolder: boolean): boolean | undefined {
    let decision: boolean | undefined;
    for (const rule of this.#rules) {
      if ((isFolder || !rule.isForFolders) && rule.pattern.matches(path)) decision = !rule.isException;
    }
    return decision;
  }
}

function ruleOf(line: string): IgnoreRule[] {
  let pattern = line.replace(/(?<!\\)[ \t]+$/, "");
  if (pattern === "" || pattern.startsWith("#")) return [];
  const isException = pattern.startsWith("!");
  if (isException) pattern = pattern.slice(1);
  pattern = pattern.replace(/^\\(?=[#!])/, "");
  const isForFolders = pattern.endsWith("/");
  if (isForFolders) pattern = pattern.replace(/\/+$/, "");
  // A slash inside ties a pattern to the folder of its file; without one it fits at any depth.
  const isAnchored = pattern.includes("/");
  const glob = isAnchored ? pattern.replace(/^\//, "") : `**/${pattern}`;
  if (glob === "" || glob === "**/") return [];
  try {
    // Braces mean themselves in these files.
    return [{ pattern: globPattern(glob.replace(/[{}]/g, "\\$&")), isException, isForFolders }];
  } catch {
    // As git does: a pattern that cannot be one ignores nothing.
    return [];
  }
}
