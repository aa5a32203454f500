import { serviceKey } from "./service.ts";

/**
 * Matches with the syntax and semantics that programs are promised: linear time, leftmost-first, Unicode classes, no
 * look-around and no backreferences. An engine is some host's affair (it may be native or WebAssembly), so it is injected.
 */
export interface RegexEngine {
  /** Throws an `Error` whose message is the explanation to show, pattern and all. */
  compile(pattern: string): CompiledRegex;
}

export interface CompiledRegex {
  /** Whole matches from left to right. */
  findAll(text: string): readonly string[];
  matches(text: string): readonly RegexMatch[];
  split(text: string): readonly string[];
  /** Every match replaced; `$1`, `${name}` and `$$` in `replacement` are expanded. */
  replaceAll(text: string, replacement: string): string;
  /** Gives back what the garbage collector does not see. */
  dispose(): void;
}

export interface RegexMatch {
  readonly text: string;
  /** By position; `undefined` for a group that took no part. */
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string>>;
}

export const regexEngine = serviceKey<RegexEngine>("regex engine");

/** Lends a pattern that is of no use afterwards. Throws as `compile` does. */
export function withRegex<T>(engine: RegexEngine, pattern: string, use: (regex: CompiledRegex) => T): T {
  const regex = engine.compile(pattern);
  try {
    return use(regex);
  } finally {
    regex.dispose();
  }
}
