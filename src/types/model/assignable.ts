import { unreachable } from "../../text/index.ts";
import { generics } from "./names.ts";
import { printType } from "./print.ts";
import { distribute, resolve } from "./resolve.ts";
import { sameType } from "./same.ts";
import { satisfies } from "./satisfy.ts";
import { type FunctionType, type GenericType, isPrimitive, type ShapeType, string, type Type } from "./type.ts";
import { withNil } from "./union.ts";

/** Beyond this many steps a comparison is taken to succeed: no honest program comes near, and a hostile one must not hang. */
const stepLimit = 20_000;

/**
 * One comparison of two types. Recursive aliases make it coinductive: a pair that is being compared is assumed to hold, which is
 * right for every pair that does not fail elsewhere.
 */
export class Comparison {
  readonly #assumed = new Map<string, boolean>();
  #steps = 0;

  assignable(source: Type, target: Type): boolean {
    if (++this.#steps > stepLimit || sameType(source, target)) return true;
    if (source.kind !== "alias" && target.kind !== "alias") return this.#structural(source, target);
    const pair = `${printType(source)} => ${printType(target)}`;
    const known = this.#assumed.get(pair);
    if (known !== undefined) return known;
    this.#assumed.set(pair, true);
    const holds = this.#throughAlias(source, target);
    this.#assumed.set(pair, holds);
    return holds;
  }

  #throughAlias(source: Type, target: Type): boolean {
    const from = distribute(source);
    if (this.#structural(from, resolve(target))) return true;
    return target.kind === "alias" && target.arguments.length > 0 && this.#structural(from, distribute(target));
  }

  /** Neither side is an alias at its outside. */
  #structural(from: Type, to: Type): boolean {
    const source = resolve(from);
    const target = resolve(to);
    if (target.kind === "never")
      return source.kind === "never" || source.kind === "dynamic" || source.kind === "parameter";
    if (isOpen(source) || isOpen(target) || target.kind === "unknown" || source.kind === "never") return true;
    if (source.kind === "opaque" || target.kind === "opaque") return mayBeRecord(source) && mayBeRecord(target);
    if (source.kind === "union") return source.members.every((member) => this.assignable(member, target));
    if (target.kind === "union") return this.#toUnion(source, target.members);
    if (target.kind === "intersection") return target.members.every((member) => this.assignable(source, member));
    if (source.kind === "intersection") return source.members.some((member) => this.assignable(member, target));
    if (target.kind === "interface") return this.#toInterface(source, target);
    return this.#atoms(source, target);
  }

  #toUnion(source: Type, members: readonly Type[]): boolean {
    return members.some((member) => this.assignable(source, member));
  }

  #toInterface(source: Type, target: Extract<Type, { readonly kind: "interface" }>): boolean {
    if (source.kind === "interface") return source.symbol === target.symbol && this.#arguments(source, target);
    return satisfies(source, target, (a, b) => this.assignable(a, b));
  }

  #atoms(source: Type, target: Type): boolean {
    switch (source.kind) {
      case "primitive":
        return this.#primitive(source.name, target);
      case "literal":
        return target.kind === "literal" ? source.value === target.value : this.assignable(widen(source.value), target);
      case "generic":
        return this.#generic(source, target);
      case "struct":
      case "enum":
        return target.kind === source.kind && source.symbol === target.symbol && this.#arguments(source, target);
      case "shape":
        return this.#shape(source, target);
      case "function":
        return target.kind === "function" ? this.#function(source, target) : isPrimitive(target, "closure");
      case "unknown":
      case "interface":
      case "handle":
        return false;
      case "dynamic":
      case "any":
      case "never":
      case "parameter":
      case "opaque":
      case "alias":
      case "union":
      case "intersection":
        return true;
      default:
        return unreachable(source);
    }
  }

  #primitive(name: string, target: Type): boolean {
    switch (target.kind) {
      case "primitive":
        return name === target.name || (name === "int" && target.name === "float");
      case "literal":
        // A plain value may be one of the literals; only running tells.
        return typeof target.value === "string" ? name === "string" : name === "int";
      case "function":
        return name === "closure";
      default:
        return false;
    }
  }

  #generic(source: GenericType, target: Type): boolean {
    if (target.kind === "shape") return source.name === "dict";
    if (target.kind !== "generic") return false;
    if (isSchema(source) && isBareDict(target)) return true;
    if (isSchema(target) && isBareDict(source)) return true;
    return source.name === target.name && this.#arguments(source, target);
  }

  /** A constructor without arguments goes with any: it says nothing about its parts. */
  #arguments(
    source: Extract<Type, { readonly kind: "generic" | "struct" | "enum" | "interface" }>,
    target: Extract<Type, { readonly kind: "generic" | "struct" | "enum" | "interface" }>,
  ): boolean {
    const { arguments: from } = source;
    const { arguments: to } = target;
    if (from.length === 0 || to.length === 0) return true;
    if (from.length !== to.length) return false;
    return from.every((type, index) => this.#argument(type, to[index] as Type, varianceOf(source, index)));
  }

  #argument(source: Type, target: Type, variance: "invariant" | "in" | "out"): boolean {
    switch (variance) {
      case "out":
        return this.assignable(source, target);
      case "in":
        return this.assignable(target, source);
      case "invariant":
        return this.#equivalent(source, target);
    }
  }

  /** Nested invariant constructors are compared once per level, not in both directions at each. */
  #equivalent(a: Type, b: Type): boolean {
    const left = resolve(a);
    const right = resolve(b);
    if (left.kind === "generic" && right.kind === "generic") return this.#generic(left, right);
    return this.assignable(a, b) && this.assignable(b, a);
  }

  #shape(source: ShapeType, target: Type): boolean {
    if (target.kind === "generic") return this.#shapeToDict(source, target);
    if (target.kind !== "shape") return false;
    return target.fields.every((wanted) => {
      const given = source.fields.find((field) => field.name === wanted.name);
      if (given === undefined) return wanted.isOptional;
      if (given.isOptional && !wanted.isOptional) return false;
      return this.assignable(given.type, wanted.isOptional ? withNil(wanted.type) : wanted.type);
    });
  }

  #shapeToDict(source: ShapeType, target: GenericType): boolean {
    if (isSchema(target)) return true;
    if (target.name !== "dict") return false;
    const value = target.arguments[1];
    return value === undefined || source.fields.every((field) => this.assignable(field.type, value));
  }

  /** Parameters the other way round. The source must take as many arguments as it will be given: calls count strictly. */
  #function(source: FunctionType, target: FunctionType): boolean {
    const { least, most } = source.arity ?? { least: source.params.length, most: source.params.length };
    if (target.arity === undefined && (target.params.length < least || target.params.length > most)) return false;
    const params = source.params.every((param, index) => {
      const given = target.params[index];
      return given === undefined || this.assignable(given, param);
    });
    return params && this.assignable(source.returns, target.returns);
  }
}

export function isAssignable(source: Type, target: Type): boolean {
  return new Comparison().assignable(source, target);
}

function isOpen(type: Type): boolean {
  return type.kind === "dynamic" || type.kind === "any" || type.kind === "parameter";
}

/** What a name that nothing declares can stand for. A plain value is none of its kind, whatever that is. */
function mayBeRecord(type: Type): boolean {
  switch (type.kind) {
    case "primitive":
      return type.name === "closure";
    case "literal":
    case "function":
    case "handle":
      return false;
    case "union":
      return type.members.some(mayBeRecord);
    case "generic":
      return type.name !== "list" && type.name !== "set";
    default:
      return true;
  }
}

function widen(value: string | bigint): Type {
  return typeof value === "string" ? string : { kind: "primitive", name: "int" };
}

function isSchema(type: GenericType): boolean {
  return type.name === "Schema";
}

function isBareDict(type: Type): boolean {
  return type.kind === "generic" && type.name === "dict";
}

function varianceOf(
  type: Extract<Type, { readonly kind: "generic" | "struct" | "enum" | "interface" }>,
  index: number,
): "invariant" | "in" | "out" {
  if (type.kind === "generic") return generics[type.name].variance === "covariant" ? "out" : "invariant";
  return type.symbol.parameters[index]?.variance ?? "invariant";
}
