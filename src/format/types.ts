import { quotePlain, type TypeExpression } from "../syntax/index.ts";
import { unreachable } from "../text/index.ts";
import { type Fragment, fragment, indentOf, join, joinAll, lineAt } from "./fragment.ts";

export function typeText(type: TypeExpression): string {
  switch (type.kind) {
    case "named-type":
      return type.name.text + typeArgumentsText(type.arguments);
    case "list-type":
      return `list<${typeText(type.element)}>`;
    case "function-type":
      return `fn(${type.params.map(typeText).join(", ")}) -> ${typeText(type.returns)}`;
    case "shape-type":
      return `{${type.fields.map((field) => `${field.name.text}${field.isOptional ? "?" : ""}: ${typeText(field.type)}`).join(", ")}}`;
    case "union-type":
      return unionText(type.members);
    case "intersection-type":
      return type.members.map(typeText).join(" & ");
    case "optional-type":
      return unionText([type]);
    case "string-type":
      return quotePlain(type.value);
    case "int-type":
      return String(type.value);
    default:
      return unreachable(type);
  }
}

type UnionMember = TypeExpression | "nil";

function memberText(member: UnionMember): string {
  return member === "nil" ? "nil" : typeText(member);
}

function unionText(types: readonly TypeExpression[]): string {
  const members = unionMembers(types);
  return optionalText(members) ?? members.map(memberText).join(" | ");
}

/** Each member once. `T?` among them is two of them. */
function unionMembers(types: readonly TypeExpression[]): UnionMember[] {
  const members = new Map<string, UnionMember>();
  for (const member of types.flatMap(membersOf)) {
    const text = memberText(member);
    if (!members.has(text)) members.set(text, member);
  }
  return [...members.values()];
}

function membersOf(type: TypeExpression): UnionMember[] {
  switch (type.kind) {
    case "optional-type":
      return [...membersOf(type.inner), "nil"];
    case "union-type":
      return type.members.flatMap(membersOf);
    default:
      return isNil(type) ? ["nil"] : [type];
  }
}

function isNil(type: TypeExpression): boolean {
  return type.kind === "named-type" && type.name.text === "nil" && type.arguments.length === 0;
}

/** `T?`, where a union is just that. */
function optionalText(members: readonly UnionMember[]): string | undefined {
  if (members.length !== 2) return undefined;
  const [other, ...more] = members.filter((member) => member !== "nil");
  if (other === undefined || more.length > 0) return undefined;
  switch (other.kind) {
    case "union-type":
    case "intersection-type":
    case "function-type":
    case "optional-type":
      return undefined;
    default:
      return `${typeText(other)}?`;
  }
}

/** A type on the right side of `type … =`, whose shapes may take a line for each field. `before` is what stands before it. */
export function wrappedType(type: TypeExpression, level: number, before: string, lineWidth: number): Fragment {
  switch (type.kind) {
    case "shape-type": {
      const text = fragment(typeText(type));
      if (indentOf(level).length + fragment(before).bytes + text.bytes <= lineWidth) return text;
      const fields = type.fields.map((field) => {
        const head = `${field.name.text}${field.isOptional ? "?" : ""}: `;
        return join(lineAt(level + 1), head, wrappedType(field.type, level + 1, head, lineWidth), ",");
      });
      return fields.length === 0 ? text : join("{", joinAll(fields), lineAt(level), "}");
    }
    case "union-type": {
      const members = unionMembers(type.members);
      const optional = optionalText(members);
      if (optional !== undefined) return fragment(optional);
      return joinAll(
        members.map((member) => (member === "nil" ? "nil" : wrappedType(member, level, before, lineWidth))),
        " | ",
      );
    }
    default:
      return fragment(typeText(type));
  }
}

/** `<A, B>`, or nothing. */
export function typeArgumentsText(types: readonly TypeExpression[]): string {
  return types.length === 0 ? "" : `<${types.map(typeText).join(", ")}>`;
}

export function annotationText(type: TypeExpression | undefined): string {
  return type ? `: ${typeText(type)}` : "";
}

export function returnsText(type: TypeExpression | undefined): string {
  return type ? ` -> ${typeText(type)}` : "";
}
