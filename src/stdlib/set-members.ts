import { SetValue, setHolds, type Value } from "../value/index.ts";

/** Adds a member to a set in the making, unless one that is `==` to it is there. */
export function addMember(set: SetValue, member: Value): void {
  if (!setHolds(set, member)) set.addInPlace(member);
}

/** The set of values; of equal ones the first. Unlike `set(…)`, which keeps `1` and `1.0` apart. */
export function setOf(values: Iterable<Value>): SetValue {
  const set = new SetValue();
  for (const value of values) addMember(set, value);
  return set;
}
