import { sameType } from "./same.ts";
import { isNil, never, nil, type Type } from "./type.ts";

/** The union of some types: flat, without repetition, `never` left out. Declared members keep their order. */
export function unionOf(types: readonly Type[]): Type {
  const members: Type[] = [];
  for (const type of types) {
    if (type.kind === "union") for (const member of type.members) addMember(members, member);
    else addMember(members, type);
  }
  const [first] = members;
  if (first === undefined) return never;
  return members.length === 1 ? first : { kind: "union", members };
}

function addMember(members: Type[], type: Type): void {
  if (type.kind === "never" || members.some((member) => sameType(member, type))) return;
  members.push(type);
}

/** The type of a value that comes from one of several places. Where one of them is unknown to the checker, so is the value. */
export function joinTypes(types: readonly Type[]): Type {
  return (
    types.find((type) => type.kind === "dynamic" || type.kind === "opaque") ?? joinUnknowns(types) ?? unionOf(types)
  );
}

/** Of what a value of type `unknown` was found not to be, only that remains which holds on every path. */
function joinUnknowns(types: readonly Type[]): Type | undefined {
  const unknowns = types.filter((type) => type.kind === "unknown");
  const [first] = unknowns;
  if (first === undefined) return undefined;
  const isWhole = unknowns.length === types.filter((type) => type.kind !== "never").length;
  const excluded = first.excluded.filter((kind) => isWhole && unknowns.every((each) => each.excluded.includes(kind)));
  return { kind: "unknown", excluded };
}

export function membersOf(type: Type): readonly Type[] {
  return type.kind === "union" ? type.members : [type];
}

export function withNil(type: Type): Type {
  return type.kind === "dynamic" ? type : unionOf([type, nil]);
}

export function hasNil(type: Type): boolean {
  return membersOf(type).some(isNil);
}

export function withoutNil(type: Type): Type {
  return hasNil(type) ? unionOf(membersOf(type).filter((member) => !isNil(member))) : type;
}
