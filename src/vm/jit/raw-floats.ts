import { kinds } from "./kinds.ts";
import type { Webs } from "./webs.ts";

/**
 * Which floats one form of a function keeps unboxed: those of webs that get nothing but floats, from instructions that the form
 * runs or from the frame that it goes on with. They are boxed where anything else than arithmetic sees them, and where the form is left.
 */
export class RawFloats {
  readonly #webs: Webs;
  readonly #raw = new Set<number>();

  /**
   * `results`: what the instructions that the form reaches write, by offset. `entered`: what the frame holds that it goes on with, by
   * web; undefined for a form that begins at the start.
   */
  constructor(webs: Webs, results: ReadonlyMap<number, number>, entered: ReadonlyMap<number, number> | undefined) {
    this.#webs = webs;
    for (const [web, definitions] of webs.definitions) {
      if (webs.caught.has(web) || (entered === undefined && webs.given.has(web))) continue;
      let all = entered?.get(web) ?? 0;
      for (const offset of definitions) all |= results.get(offset) ?? 0;
      if (all === kinds.float) this.#raw.add(web);
    }
  }

  /** The web that a register belongs to before an instruction, if its floats are unboxed. */
  read(offset: number, register: number): number | undefined {
    return this.#ifRaw(this.#webs.before(offset, register));
  }

  /** The web that an instruction writes, if its floats are unboxed. */
  written(offset: number): number | undefined {
    return this.#ifRaw(this.#webs.written(offset));
  }

  #ifRaw(web: number): number | undefined {
    return this.#raw.has(web) ? web : undefined;
  }
}
