/**
 * What a glob stands for, whatever it is written like. Regular expressions would do, but those of JavaScript try every way in which
 * several `*` can share a text out: hours for a name of a hundred letters. This takes time by the text's length times the pattern's.
 */
export type Wildcards =
  | { readonly kind: "one"; readonly accepts: (character: string) => boolean }
  | { readonly kind: "many"; readonly of: Wildcards }
  | { readonly kind: "sequence"; readonly parts: readonly Wildcards[] }
  | { readonly kind: "either"; readonly options: readonly Wildcards[] };

export const anything: Wildcards = { kind: "one", accepts: () => true };
export const withinName: Wildcards = { kind: "one", accepts: (character) => character !== "/" };

export function literal(character: string): Wildcards {
  return { kind: "one", accepts: (other) => other === character };
}

export function many(of: Wildcards): Wildcards {
  return { kind: "many", of };
}

export function sequence(...parts: readonly Wildcards[]): Wildcards {
  return { kind: "sequence", parts };
}

/** Goes on at `next` after a character that it accepts; a fork at both of its places without one. */
type State =
  | { readonly kind: "one"; readonly accepts: (character: string) => boolean; readonly next: number }
  | { readonly kind: "fork"; readonly next: number[] };

/** A pattern that whole texts are held against. */
export class TextPattern {
  readonly #states: State[] = [];
  readonly #start: number;
  /** For each state the step at which it was reached last. */
  readonly #reached: number[];
  #step = 0;

  constructor(wildcards: Wildcards) {
    this.#states.push({ kind: "fork", next: [] });
    this.#start = this.#add(wildcards, accepted);
    this.#reached = this.#states.map(() => 0);
  }

  matches(text: string): boolean {
    let current = this.#reach([this.#start]);
    for (const character of text) {
      if (current.length === 0) return false;
      const next: number[] = [];
      for (const at of current) {
        const state = this.#states[at] as State;
        if (state.kind === "one" && state.accepts(character)) next.push(state.next);
      }
      current = this.#reach(next);
    }
    return current.includes(accepted);
  }

  /** Adds what leads through the pattern to the state `next`, and gives where it begins. */
  #add(wildcards: Wildcards, next: number): number {
    switch (wildcards.kind) {
      case "one":
        return this.#states.push({ kind: "one", accepts: wildcards.accepts, next }) - 1;
      case "many": {
        const loop: number[] = [next];
        const at = this.#states.push({ kind: "fork", next: loop }) - 1;
        loop.push(this.#add(wildcards.of, at));
        return at;
      }
      case "sequence":
        return wildcards.parts.reduceRight((after, part) => this.#add(part, after), next);
      case "either":
        return this.#states.push({ kind: "fork", next: wildcards.options.map((one) => this.#add(one, next)) }) - 1;
    }
  }

  /** All states that these lead to without a character, each once. */
  #reach(places: readonly number[]): number[] {
    const step = ++this.#step;
    const found: number[] = [];
    const open = [...places];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (this.#reached[at] === step) continue;
      this.#reached[at] = step;
      found.push(at);
      const state = this.#states[at] as State;
      if (state.kind === "fork") open.push(...state.next);
    }
    return found;
  }
}

/** The place of the state in which a text has been matched. */
const accepted = 0;
