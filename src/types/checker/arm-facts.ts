import type { Expression, MatchArm } from "../../syntax/index.ts";
import { distribute, resolve } from "../model/resolve.ts";
import { isNil, type Type } from "../model/type.ts";
import { membersOf, unionOf } from "../model/union.ts";
import type { Fact } from "../symbols/facts.ts";
import { factsOfUnknown, hasTag, kindOf, literalOf, typeOfArgument } from "./conditions.ts";
import type { Checker } from "./context.ts";
import { type Place, placeOf } from "./places.ts";

/** Whether a value of the type is one that the pattern matches; undefined where that depends on the value. */
type Verdict = (member: Type, pattern: string | bigint | null) => boolean | undefined;

/** One thing that a match tells about: the subject, what carries it as a tag, or what it is the kind of. */
interface View {
  readonly place: Place;
  readonly verdict: Verdict;
  readonly whole: Type;
  /** What earlier arms left over. */
  rest: Type;
}

/** What the arms of one match say, in their order: each arm knows that those before it did not match. */
export class ArmFacts {
  readonly #views: readonly View[];

  constructor(c: Checker, subject: Expression, type: Type) {
    this.#views = viewsOf(c, subject, type);
  }

  next(arm: MatchArm): readonly Fact[] {
    return this.#views.flatMap((view) => {
      const type = narrow(view, arm);
      return type === undefined ? [] : [{ ...view.place, type }];
    });
  }
}

function viewsOf(c: Checker, subject: Expression, type: Type): readonly View[] {
  const views: View[] = [];
  const add = (expression: Expression, verdict: Verdict, rest: Type | undefined) => {
    const place = placeOf(c, expression);
    if (place === undefined || rest === undefined) return;
    const whole = distribute(rest);
    views.push({ place, verdict, whole, rest: whole });
  };
  add(subject, equals, type);
  if (subject.kind === "property") {
    const tag = subject.name.text;
    const owner = c.types.get(subject.object);
    add(subject.object, (member, value) => (value === null ? undefined : hasTag(member, tag, value)), owner);
  }
  const checked = typeOfArgument(subject);
  if (checked !== undefined) add(checked, (member, value) => isOfKind(member, value), c.types.get(checked));
  return views;
}

function narrow(view: View, arm: MatchArm): Type | undefined {
  const before = view.rest;
  const values = arm.patterns.map(literalOrNil);
  if (values.includes(undefined)) return told(view, before);
  const [only] = values;
  if (before.kind === "unknown")
    return values.length === 1 ? narrowUnknown(view, before.excluded, arm, only) : undefined;
  const verdicts = (member: Type) => values.map((value) => view.verdict(member, value as string | bigint | null));
  const members = membersOf(before);
  const here = members.filter((member) => verdicts(member).some((verdict) => verdict !== false));
  if (arm.guard === undefined) view.rest = unionOf(members.filter((member) => !verdicts(member).includes(true)));
  return told(view, here.length === members.length ? before : unionOf(here));
}

/** Nothing where it is what the subject was taken for anyway; and an arm that nothing seems left for is not looked into. */
function told(view: View, type: Type): Type | undefined {
  return type === view.whole || type.kind === "never" ? undefined : type;
}

function narrowUnknown(
  view: View,
  excluded: readonly string[],
  arm: MatchArm,
  value: string | bigint | null | undefined,
): Type | undefined {
  if (view.verdict === equals || typeof value !== "string") return undefined;
  const facts = factsOfUnknown(view.place, excluded, value);
  if (facts !== undefined && arm.guard === undefined) view.rest = facts.whenFalse[0]?.type ?? view.rest;
  return facts?.whenTrue[0]?.type;
}

/** What a pattern stands for; undefined where it is no plain value, or one that types do not tell apart. */
function literalOrNil(pattern: Expression): string | bigint | null | undefined {
  return pattern.kind === "nil" ? null : literalOf(pattern);
}

function equals(member: Type, value: string | bigint | null): boolean | undefined {
  const type = resolve(member);
  if (isNil(type)) return value === null;
  switch (type.kind) {
    case "literal":
      return type.value === value;
    case "primitive":
      return value !== null && isOfWord(type.name, value) ? undefined : false;
    case "shape":
    case "function":
    case "struct":
    case "generic":
      return false;
    default:
      return undefined;
  }
}

function isOfWord(name: string, value: string | bigint): boolean {
  return typeof value === "string" ? name === "string" : name === "int" || name === "float";
}

function isOfKind(member: Type, value: string | bigint | null): boolean | undefined {
  const kind = kindOf(member);
  return kind === undefined ? undefined : kind === value;
}
