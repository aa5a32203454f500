import { bindParameters, substitute } from "./substitute.ts";
import { dynamic, type Type } from "./type.ts";
import { membersOf, unionOf } from "./union.ts";

const aliasDepth = 64;
const distributionLimit = 64;

/** The type without its alias names at the outside, and without `owned`. An alias that stands for itself is open. */
export function resolve(type: Type): Type {
  let current = type;
  for (let depth = 0; depth < aliasDepth; depth++) {
    if (current.kind === "alias") {
      const { symbol, arguments: args } = current;
      current = substitute(symbol.target, bindParameters(symbol.parameters, args));
    } else if (current.kind === "generic" && current.name === "owned") current = current.arguments[0] ?? dynamic;
    else return current.kind === "union" ? flatten(current.members, depth) : current;
  }
  return dynamic;
}

/** `MaybeNum` of `Num | nil` is the union of all three. */
function flatten(members: readonly Type[], depth: number): Type {
  if (!members.some((member) => member.kind === "alias") || depth > 8) return { kind: "union", members };
  return unionOf(members.map(resolve));
}

/** A generic alias applied to unions means the union of its applications: `H<"a" | "b">` is `H<"a"> | H<"b">`. */
export function distribute(type: Type): Type {
  if (type.kind !== "alias") return resolve(type);
  // A plain name for an application of another alias.
  if (type.arguments.length === 0)
    return type.symbol.target.kind === "alias" ? distribute(type.symbol.target) : resolve(type);
  let choices: readonly (readonly Type[])[] = [[]];
  for (const argument of type.arguments) {
    const members = membersOf(resolve(argument));
    choices = choices.flatMap((chosen) => members.map((member) => [...chosen, member]));
    if (choices.length > distributionLimit) return resolve(type);
  }
  if (choices.length === 1) return resolve(type);
  return unionOf(choices.map((args) => resolve({ ...type, arguments: args })));
}
