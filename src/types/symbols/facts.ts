import type { Type } from "../model/type.ts";
import { joinTypes } from "../model/union.ts";
import type { Binding } from "./scope.ts";

/** Something a condition says of a place: the value of a binding, or of a field path inside it. */
export interface Fact {
  readonly binding: Binding;
  readonly path: string;
  readonly type: Type;
}

interface Change {
  readonly binding: Binding;
  readonly path: string;
  readonly before: Type | undefined;
}

/** What a path through the program left behind. */
export interface Outcome {
  readonly completes: boolean;
  readonly changes: ReadonlyMap<Binding, ReadonlyMap<string, Type | undefined>>;
}

/**
 * The facts that hold at the point being checked. They live in the bindings; this trail remembers what to put back when a branch
 * ends, so that looking a fact up costs nothing and leaving a branch costs what it changed.
 */
export class FactTrail {
  readonly #changes: Change[] = [];

  learn({ binding, path, type }: Fact): void {
    this.#set(binding, path, type);
  }

  /** The binding has a new value: nothing is known of it. */
  forget(binding: Binding): void {
    if (binding.facts !== undefined) for (const path of [...binding.facts.keys()]) this.#set(binding, path, undefined);
  }

  #set(binding: Binding, path: string, type: Type | undefined): void {
    this.#changes.push({ binding, path, before: binding.facts?.get(path) });
    write(binding, path, type);
  }

  /** Runs one branch, takes its facts back, and says what they were. */
  explore(branch: () => boolean): Outcome {
    const mark = this.#changes.length;
    const completes = branch();
    const changes = new Map<Binding, Map<string, Type | undefined>>();
    for (let index = mark; index < this.#changes.length; index++) {
      const { binding, path } = this.#changes[index] as Change;
      const paths = changes.get(binding) ?? new Map<string, Type | undefined>();
      changes.set(binding, paths.set(path, binding.facts?.get(path)));
    }
    while (this.#changes.length > mark) {
      const { binding, path, before } = this.#changes.pop() as Change;
      write(binding, path, before);
    }
    return { completes, changes };
  }

  /** After branches of which one was taken: what all that come this far agree on. */
  merge(outcomes: readonly Outcome[]): void {
    const live = outcomes.filter((outcome) => outcome.completes);
    const touched = new Map<Binding, Set<string>>();
    for (const { changes } of live) {
      for (const [binding, paths] of changes) {
        const known = touched.get(binding) ?? new Set<string>();
        touched.set(binding, known);
        for (const path of paths.keys()) known.add(path);
      }
    }
    for (const [binding, paths] of touched) {
      for (const path of paths) this.#set(binding, path, agree(binding, path, live));
    }
  }
}

function write(binding: Binding, path: string, type: Type | undefined): void {
  if (type === undefined) binding.facts?.delete(path);
  else {
    binding.facts ??= new Map();
    binding.facts.set(path, type);
  }
}

function agree(binding: Binding, path: string, live: readonly Outcome[]): Type | undefined {
  const types: Type[] = [];
  for (const { changes } of live) {
    const paths = changes.get(binding);
    const type = paths?.has(path) === true ? paths.get(path) : binding.facts?.get(path);
    if (type === undefined) return undefined;
    types.push(type);
  }
  return joinTypes(types);
}
