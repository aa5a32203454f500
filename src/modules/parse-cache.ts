import { type Parsed, parse } from "../syntax/index.ts";
import { Source } from "../text/index.ts";

/** A file as it was read, and its tree. */
export interface ParsedModule extends Parsed {
  readonly source: Source;
}

/** Reads text into a tree. The graph asks for every module through one of these. */
export type Parser = (path: string, text: string) => ParsedModule;

export function parseModule(path: string, text: string): ParsedModule {
  const source = new Source(path, text);
  return { source, ...parse(source) };
}

/** Keeps the last tree of every file: text that has not changed is not parsed again, and its `Source` stays the same object. */
export class ParseCache {
  readonly #parsed = new Map<string, ParsedModule>();

  readonly parse: Parser = (path, text) => {
    const known = this.#parsed.get(path);
    if (known?.source.text === text) return known;
    const parsed = parseModule(path, text);
    this.#parsed.set(path, parsed);
    return parsed;
  };
}
