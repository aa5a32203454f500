import { dynamic, type Type } from "../model/type.ts";
import { membersOf, unionOf } from "../model/union.ts";
import type { AliasSymbol } from "./type-symbol.ts";

type AliasType = Extract<Type, { readonly kind: "alias" }>;

/**
 * What an alias stands for. Aliases that name each other with nothing around the name (`type A = A | B`, `type B = A | int`) are what they
 * name besides: here `int`. Where that is nothing, the alias is a name for no value that could be written down.
 */
export function aliasTarget(symbol: AliasSymbol): Type {
  const { written } = symbol;
  const reached = new Map<AliasType["symbol"], AliasType>();
  const open = aliasesOf(written);
  for (const alias of open) {
    if (reached.has(alias.symbol)) continue;
    reached.set(alias.symbol, alias);
    open.push(...aliasesOf(alias.symbol.written));
  }
  if (!reached.has(symbol)) return written;
  // With parameters, each turn may stand for something else.
  if ([symbol, ...reached.keys()].some(({ parameters }) => parameters.length > 0)) return dynamic;
  const others = [...reached.keys()].flatMap(({ written: type }) => outermost(type).filter((each) => !isAlias(each)));
  return others.length === 0 ? { kind: "opaque", name: symbol.name, arguments: [] } : unionOf(others);
}

/** The members of a type, where `owned` hides none. */
function outermost(type: Type): readonly Type[] {
  if (type.kind === "generic" && type.name === "owned") return outermost(type.arguments[0] ?? dynamic);
  return membersOf(type);
}

function aliasesOf(type: Type): AliasType[] {
  return outermost(type).filter(isAlias);
}

function isAlias(type: Type): type is AliasType {
  return type.kind === "alias";
}
