import { resolve } from "./resolve.ts";
import { isNil, type ParameterType, string, type Type } from "./type.ts";
import { hasNil, withoutNil } from "./union.ts";

/** A type parameter that two arguments want to be two things. */
export interface InferenceConflict {
  readonly parameter: string;
  readonly first: Type;
  readonly second: Type;
}

export type IsAssignable = (source: Type, target: Type) => boolean;

/**
 * Binds the type parameters that occur in `pattern` to what `given` has in their place. The first conflict is handed back. What goes where
 * is asked of the caller, since comparing types infers as well.
 */
export function inferWith(
  isAssignable: IsAssignable,
  pattern: Type,
  given: Type,
  parameters: readonly ParameterType[],
  bindings: Map<string, Type>,
): InferenceConflict | undefined {
  if (parameters.length === 0) return undefined;
  const names = new Set(parameters.map((parameter) => parameter.name));
  return new Inference(names, bindings, isAssignable).match(pattern, given);
}

class Inference {
  readonly #names: ReadonlySet<string>;
  readonly #bindings: Map<string, Type>;
  readonly #isAssignable: IsAssignable;

  constructor(names: ReadonlySet<string>, bindings: Map<string, Type>, isAssignable: IsAssignable) {
    this.#names = names;
    this.#bindings = bindings;
    this.#isAssignable = isAssignable;
  }

  match(pattern: Type, given: Type): InferenceConflict | undefined {
    if (pattern.kind === "parameter")
      return this.#names.has(pattern.name) ? this.#bind(pattern.name, given) : undefined;
    if (pattern.kind === "alias" && given.kind === "alias" && pattern.symbol === given.symbol) {
      return this.#all(pattern.arguments, given.arguments);
    }
    const wanted = resolve(pattern);
    const found = resolve(given);
    switch (wanted.kind) {
      case "generic":
        return found.kind === "generic" && found.name === wanted.name
          ? this.#all(wanted.arguments, found.arguments)
          : undefined;
      case "struct":
      case "enum":
      case "interface":
        return found.kind === wanted.kind && found.symbol === wanted.symbol
          ? this.#all(wanted.arguments, found.arguments)
          : undefined;
      case "function":
        if (found.kind !== "function") return undefined;
        return this.#all(wanted.params, found.params) ?? this.match(wanted.returns, found.returns);
      case "shape":
        return this.#shape(wanted, found);
      case "union":
        return this.#union(wanted.members, found);
      default:
        return undefined;
    }
  }

  #all(patterns: readonly Type[], given: readonly Type[]): InferenceConflict | undefined {
    for (const [index, pattern] of patterns.entries()) {
      const found = given[index];
      const conflict = found && this.match(pattern, found);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  #shape(wanted: Extract<Type, { readonly kind: "shape" }>, found: Type): InferenceConflict | undefined {
    if (found.kind !== "shape") return undefined;
    for (const field of wanted.fields) {
      const given = found.fields.find((each) => each.name === field.name);
      const conflict = given && this.match(field.type, given.type);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  /** `T?` takes the value without its nil; a union of more is left open. */
  #union(members: readonly Type[], found: Type): InferenceConflict | undefined {
    const others = members.filter((member) => !isNil(member));
    const [only] = others;
    if (only === undefined || others.length > 1) return undefined;
    const present = hasNil(found) ? withoutNil(found) : found;
    return isNil(found) ? undefined : this.match(only, present);
  }

  #bind(name: string, given: Type): InferenceConflict | undefined {
    const type = widen(given);
    if (type.kind === "dynamic" || type.kind === "never") return undefined;
    const earlier = this.#bindings.get(name);
    if (earlier === undefined) {
      this.#bindings.set(name, type);
      return undefined;
    }
    const isWider = this.#isAssignable(earlier, type);
    const isNarrower = this.#isAssignable(type, earlier);
    if (isWider && !isNarrower) this.#bindings.set(name, type);
    if (isWider || isNarrower) return undefined;
    return { parameter: name, first: earlier, second: type };
  }
}

function widen(type: Type): Type {
  if (type.kind !== "literal") return type;
  return typeof type.value === "string" ? string : { kind: "primitive", name: "int" };
}
