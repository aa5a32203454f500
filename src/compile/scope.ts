import { nearestName } from "../text/index.ts";

/** What a name means at one place of a function. */
export type Binding =
  | { readonly kind: "register"; readonly register: number; readonly isMutable: boolean }
  /** A local function before its declaration: what captures it now gets the cell. */
  | { readonly kind: "cell"; readonly register: number; isUsed: boolean }
  /** A module-level name: one cell for every function of the module. */
  | { readonly kind: "slot"; readonly slot: number; readonly isMutable: boolean }
  | { readonly kind: "enum"; readonly name: string; readonly variants: ReadonlySet<string> };

/** One lexical scope; the chain ends at the function's own outermost one. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly #names = new Map<string, Binding>();
  /** Names declared by `let` or a parameter here, for redeclaration errors. */
  readonly #fixed = new Set<string>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  lookup(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const binding = scope.#names.get(name);
      if (binding) return binding;
    }
    return undefined;
  }

  /** Names of this scope and of those around it in the same function. */
  visibleNames(): string[] {
    return [...this.#names.keys(), ...(this.parent?.visibleNames() ?? [])];
  }

  own(name: string): Binding | undefined {
    return this.#names.get(name);
  }

  declare(name: string, binding: Binding): void {
    this.#names.set(name, binding);
    if (binding.kind === "register" && !binding.isMutable) this.#fixed.add(name);
    else this.#fixed.delete(name);
  }

  /** Whether an immutable binding of that name stands in this very scope. */
  isFixed(name: string): boolean {
    return this.#fixed.has(name);
  }
}

/** Whether one may have been meant by the other. */
export function isLike(candidate: string, name: string): boolean {
  return nearestName(name, [candidate]) !== undefined;
}
