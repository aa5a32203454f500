import { DictValue, ListValue, thrown, type Value } from "../../value/index.ts";

/** JSON pointers (RFC 6901) on values: `/users/0/name`. A path that leads nowhere changes nothing. */

/** The steps of a pointer. `who` names the builtin in an error. */
export function pointerSteps(pointer: string, who: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw thrown(`${who}: pointer must be empty or start with '/'`);
  return pointer
    .slice(1)
    .split("/")
    .map((step) => unescapeStep(step, who));
}

function unescapeStep(step: string, who: string): string {
  const wrong = /~(?![01])(.?)/su.exec(step);
  if (wrong !== null)
    throw thrown(
      wrong[1] === "" ? `${who}: dangling '~' in pointer` : `${who}: invalid escape '~${wrong[1]}' in pointer`,
    );
  return step.replace(/~1/g, "/").replace(/~0/g, "~");
}

/** A position in a list, or `undefined` for what is none: `01`, `-`, words. */
function indexOf(step: string): number | undefined {
  return /^(?:0|[1-9][0-9]*)$/.test(step) ? Number(step) : undefined;
}

function child(value: Value, step: string): Value | undefined {
  if (value instanceof DictValue) return value.get(step);
  if (value instanceof ListValue) return value.at(indexOf(step) ?? -1);
  return undefined;
}

export function pointerGet(value: Value, steps: readonly string[]): Value {
  let place: Value = value;
  for (const step of steps) {
    const next = child(place, step);
    if (next === undefined) return null;
    place = next;
  }
  return place;
}

export function pointerSet(value: Value, steps: readonly string[], replacement: Value): Value {
  return change(
    value,
    steps,
    (place, step) => {
      if (place instanceof DictValue) return place.with(step, replacement);
      const index = step === "-" ? place.size : indexOf(step);
      if (index === undefined || index > place.size) return place;
      const items = place.toArray();
      items[index] = replacement;
      return new ListValue(items);
    },
    replacement,
  );
}

export function pointerDelete(value: Value, steps: readonly string[]): Value {
  return change(
    value,
    steps,
    (place, step) => {
      if (place instanceof DictValue) return place.without(step);
      const index = indexOf(step);
      return index === undefined ? place : new ListValue(place.toArray().filter((_item, at) => at !== index));
    },
    null,
  );
}

/** Rebuilds the way from a step on to the last one, at which `write` acts. Without steps the whole value becomes `whole`. */
function change(
  value: Value,
  steps: readonly string[],
  write: (place: DictValue | ListValue, step: string) => Value,
  whole: Value,
  at = 0,
): Value {
  const step = steps[at];
  if (step === undefined) return whole;
  if (!(value instanceof DictValue) && !(value instanceof ListValue)) return value;
  if (at === steps.length - 1) return write(value, step);
  const next = child(value, step);
  if (next === undefined) return value;
  const changed = change(next, steps, write, whole, at + 1);
  return value instanceof DictValue ? value.with(step, changed) : listWith(value, Number(step), changed);
}

function listWith(list: ListValue, index: number, item: Value): ListValue {
  const items = list.toArray();
  items[index] = item;
  return new ListValue(items);
}
