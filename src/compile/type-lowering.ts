import type { TypeSpec } from "../bytecode/index.ts";
import type { Parameter, TypeExpression } from "../syntax/index.ts";

/** What the lowering of annotations asks of the module: which names are its own types. */
export interface TypeNames {
  isNominal(name: string): boolean;
  isInterface(name: string): boolean;
}

const any: TypeSpec = { kind: "any" };

/** Kinds a value can be checked against by its own name (language-semantics §6.2). */
const kindNames: ReadonlySet<string> = new Set([
  "int",
  "float",
  "string",
  "bool",
  "nil",
  "list",
  "dict",
  "set",
  "closure",
  "bytes",
  "duration",
  "range",
  "pair",
  "channel",
  "task_handle",
  "atomic",
  "rng",
  "generator",
  "stream",
  "Harness",
  "HarnessStdio",
  "HarnessTerm",
  "HarnessClock",
  "HarnessFs",
  "HarnessEnv",
  "HarnessRandom",
  "HarnessNet",
  "HarnessProcess",
  "HarnessCrypto",
  "HarnessSystem",
  "HarnessLlm",
]);

/**
 * What is enforced of an annotation at run time. Aliases, type parameters and unknown names are not, and neither are the
 * generics that only the checker knows.
 */
export function lowerType(type: TypeExpression, names: TypeNames): TypeSpec {
  switch (type.kind) {
    case "named-type":
      return lowerNamedType(type, names);
    case "list-type":
      return { kind: "list", element: lowerType(type.element, names) };
    case "function-type":
      return { kind: "named", name: "closure" };
    case "shape-type":
      return {
        kind: "shape",
        fields: type.fields.map((f) => ({
          name: f.name.text,
          isOptional: f.isOptional,
          type: lowerType(f.type, names),
        })),
      };
    case "union-type":
      return unionOf(type.members.map((member) => lowerType(member, names)));
    case "intersection-type": {
      const members = type.members.map((member) => lowerType(member, names)).filter((member) => member.kind !== "any");
      return members.length === 0 ? any : { kind: "intersection", members };
    }
    case "optional-type":
      return unionOf([lowerType(type.inner, names), { kind: "named", name: "nil" }]);
    case "string-type":
      return { kind: "literal", value: type.value };
    case "int-type":
      return { kind: "literal", value: Number(type.value) };
  }
}

function lowerNamedType(type: TypeExpression & { kind: "named-type" }, names: TypeNames): TypeSpec {
  const [first, second] = type.arguments;
  const name = type.name.text;
  if (name === "list" && first) return { kind: "list", element: lowerType(first, names) };
  if (name === "dict" && second) return { kind: "dict", value: lowerType(second, names) };
  if (name === "owned" && first) return lowerType(first, names);
  if (names.isInterface(name)) return { kind: "interface", name };
  if (names.isNominal(name)) return { kind: "nominal", name };
  return kindNames.has(name) ? { kind: "named", name } : any;
}

function unionOf(members: readonly TypeSpec[]): TypeSpec {
  if (members.some((member) => member.kind === "any")) return any;
  return { kind: "union", members: members.flatMap((member) => (member.kind === "union" ? member.members : [member])) };
}

/** A parameter's check, or nothing where there is none to make. */
export function lowerParameterType(param: Parameter, names: TypeNames): TypeSpec | undefined {
  if (!param.type || param.isRest) return undefined;
  const spec = lowerType(param.type, names);
  return spec.kind === "any" ? undefined : spec;
}
