import { type ServiceKey, serviceKey } from "../../builtin/index.ts";
import type { DictValue, Value } from "../../value/index.ts";

/** One `@name(…)` of a declaration. Arguments are by name, those without one under their position; bare words are text. */
export interface DeclaredAttribute {
  readonly name: string;
  readonly arguments: DictValue;
}

/** A function that carries attributes which a running program knows of (`src/compile/attributes.ts` lists them). */
export interface DeclaredFunction {
  /** Path and place of the declaration: one per declaration of a program. */
  readonly key: string;
  readonly name: string;
  readonly callee: Value;
  readonly attributes: readonly DeclaredAttribute[];
}

/** Steps, personas, tools, skills, triggers: what a program declared by attributes, in the order of declaration. */
export class DeclaredFunctions {
  readonly #byKey = new Map<string, DeclaredFunction>();

  /** A local function is declared each time its block runs; the last one holds. */
  add(declared: DeclaredFunction): void {
    this.#byKey.set(declared.key, declared);
  }

  byKey(key: string): DeclaredFunction | undefined {
    return this.#byKey.get(key);
  }

  /** Those that carry the attribute. */
  with(attribute: string): readonly DeclaredFunction[] {
    return [...this.#byKey.values()].filter((declared) => attributeOf(declared, attribute) !== undefined);
  }
}

export const declaredFunctionsKey: ServiceKey<DeclaredFunctions> = serviceKey(
  "declared functions",
  () => new DeclaredFunctions(),
);

export function attributeOf(declared: DeclaredFunction, name: string): DeclaredAttribute | undefined {
  return declared.attributes.find((attribute) => attribute.name === name);
}

/** What an attribute calls its function: the argument `name`, or the function's own. */
export function nameUnder(declared: DeclaredFunction, attribute: string): string {
  const name = attributeOf(declared, attribute)?.arguments.get("name");
  return typeof name === "string" ? name : declared.name;
}
