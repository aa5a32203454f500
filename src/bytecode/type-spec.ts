/**
 * The types a running program checks, as data: an annotated parameter, a builtin's signature. The checker has a richer
 * model of its own; what reaches here is what is enforced at run time (language-semantics §6.2).
 */
export type TypeSpec =
  | { readonly kind: "any" }
  /** One of `type_of`'s words: `int`, `string`, `closure`, `duration`, `channel` … */
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "list"; readonly element: TypeSpec }
  /** A dict whose values are all of one type. */
  | { readonly kind: "dict"; readonly value: TypeSpec }
  | { readonly kind: "union"; readonly members: readonly TypeSpec[] }
  | { readonly kind: "intersection"; readonly members: readonly TypeSpec[] }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "shape"; readonly fields: readonly ShapeFieldSpec[] }
  /** A declared struct or enum. */
  | { readonly kind: "nominal"; readonly name: string }
  | { readonly kind: "interface"; readonly name: string };

export interface ShapeFieldSpec {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: TypeSpec;
}

/** The type as a message names it: `int|string` with a tight bar in user code, ` | ` in builtin signatures. */
export function describeType(spec: TypeSpec, bar = "|"): string {
  switch (spec.kind) {
    case "any":
      return "any";
    case "named":
    case "nominal":
    case "interface":
      return spec.name;
    case "list":
      return `list<${describeType(spec.element, bar)}>`;
    case "dict":
      return `dict<string, ${describeType(spec.value, bar)}>`;
    case "union":
      return describeUnion(spec.members, bar);
    case "intersection":
      return spec.members.map((member) => describeType(member, bar)).join(" & ");
    case "literal":
      return typeof spec.value === "string" ? JSON.stringify(spec.value) : String(spec.value);
    case "shape":
      return `{${spec.fields.map((f) => `${f.name}${f.isOptional ? "?" : ""}: ${describeType(f.type, bar)}`).join(", ")}}`;
  }
}

/** Builtin signatures write `dict?` where user code writes `dict|nil`. */
function describeUnion(members: readonly TypeSpec[], bar: string): string {
  const [first, second] = members;
  const isOptional = bar === " | " && members.length === 2 && second?.kind === "named" && second.name === "nil";
  if (isOptional && first !== undefined) return `${describeType(first, bar)}?`;
  return members.map((member) => describeType(member, bar)).join(bar);
}
