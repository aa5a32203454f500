import type { FunctionCode } from "../../bytecode/index.ts";

/**
 * How a sampling profiler, which sees the stack of the JavaScript engine, can tell which functions of the program are on it.
 * A machine that is given marks names every script that it makes, and makes some whose only purpose is to be seen: around
 * each run of the interpreter, and around each call out of compiled code. A machine without marks does nothing of this.
 */
export class CodeMarks {
  readonly #scripts = new Map<string, CodeMark>();

  /** The address of a script that stands for a function, or for one place of it. */
  add(mark: CodeMark): string {
    const url = `harn-code:${this.#scripts.size}`;
    this.#scripts.set(url, mark);
    return url;
  }

  find(url: string): CodeMark | undefined {
    return this.#scripts.get(url);
  }
}

export interface CodeMark {
  readonly code: FunctionCode;
  /**
   * `call`: the compiled form, from the top. `entry`: a compiled form from the middle of a call that is under way. `frame`:
   * the interpreter running a frame. `site`: code outside of the program that one place calls.
   */
  readonly form: "call" | "entry" | "frame" | "site";
  /** The code offset that each line of the script stands for; -1 for none. The engine puts two lines of its own before them. */
  readonly offsets: readonly number[];
  /** The builtin that is called there. */
  readonly callee?: string;
}

/** Lines that `new Function` puts before the text it is given. */
export const linesBefore = 2;

const mark = /^\/\*@(\d+)\*\//;

export function marked(line: string, offset: number): string {
  return `/*@${offset}*/${line}`;
}

/** The offsets that `marked` wrote into a text, line by line. A line without one belongs to that before. */
export function offsetsOf(source: string): readonly number[] {
  let last = -1;
  return source.split("\n").map((line) => {
    const found = mark.exec(line)?.[1];
    return (last = found === undefined ? last : Number(found));
  });
}

type Callable = (...args: never[]) => unknown;

/** The same function, seen from a script of its own. */
export function throughMark<T extends Callable>(call: T, url: string): T {
  const make = new Function("call", `return function site(...args) { return call(...args); };\n//# sourceURL=${url}`);
  return (make as (call: T) => T)(call);
}
