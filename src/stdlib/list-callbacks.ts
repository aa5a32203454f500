import { type CallContext, type Method, type Outcome, SUSPENDED } from "../builtin/index.ts";
import {
  compare,
  DictValue,
  handOut,
  ListValue,
  structuralKey,
  truthy,
  typeError,
  typeName,
  type Value,
} from "../value/index.ts";
import { isCallable } from "./arguments.ts";
import { sortByKeys } from "./sorting.ts";

/**
 * What lists do with closures. Each is a native loop over a snapshot: elements, size, and a position that a suspended call
 * comes back to. Nothing is allocated per element but what the result holds.
 *
 * The lists are shared when they come here, so that their backing is not written meanwhile; each element that goes to a
 * closure is marked, since the closure may give it away.
 */

function itemAt(items: readonly Value[], at: number): Value {
  return handOut(items[at] as Value);
}

export function mapList(context: CallContext, list: ListValue, callee: Value): Outcome {
  return mapFrom(context, list.items, list.size, callee, []);
}

function mapFrom(
  context: CallContext,
  items: readonly Value[],
  size: number,
  callee: Value,
  results: Value[],
): Outcome {
  for (let at = results.length; at < size; at++) {
    const result = context.call1(callee, itemAt(items, at));
    if (result === SUSPENDED) {
      return context.resumeWith({
        resume: (resumed, value) => {
          results.push(value);
          return mapFrom(resumed, items, size, callee, results);
        },
      });
    }
    results.push(result);
  }
  return new ListValue(results);
}

function reduceFrom(
  context: CallContext,
  items: readonly Value[],
  size: number,
  callee: Value,
  start: number,
  initial: Value,
): Outcome {
  let result = initial;
  for (let at = start; at < size; at++) {
    const next = context.call2(callee, result, itemAt(items, at));
    if (next === SUSPENDED) {
      return context.resumeWith({
        resume: (resumed, value) => reduceFrom(resumed, items, size, callee, at + 1, value),
      });
    }
    result = next;
  }
  return result;
}

/** The first position from `start` on whose answer is truthy (or falsy, as `wanted` says), or -1; then `finish`. */
function seek(
  context: CallContext,
  items: readonly Value[],
  size: number,
  callee: Value,
  wanted: boolean,
  start: number,
  finish: (found: number) => Value,
): Outcome {
  for (let at = start; at < size; at++) {
    const answer = context.call1(callee, itemAt(items, at));
    if (answer === SUSPENDED) {
      return context.resumeWith({
        resume: (resumed, value) =>
          truthy(value) === wanted ? finish(at) : seek(resumed, items, size, callee, wanted, at + 1, finish),
      });
    }
    if (truthy(answer) === wanted) return finish(at);
  }
  return finish(-1);
}

export function seekList(
  context: CallContext,
  list: ListValue,
  callee: Value,
  wanted: boolean,
  finish: (found: number, items: readonly Value[]) => Value,
): Outcome {
  const { items } = list;
  return seek(context, items, list.size, callee, wanted, 0, (found) => finish(found, items));
}

/** Sorts elements into those with a truthy answer and the others. */
function partitionFrom(
  context: CallContext,
  items: readonly Value[],
  size: number,
  callee: Value,
  start: number,
  hits: Value[],
  misses: Value[] | undefined,
  finish: () => Value,
): Outcome {
  for (let at = start; at < size; at++) {
    const answer = context.call1(callee, itemAt(items, at));
    if (answer === SUSPENDED) {
      return context.resumeWith({
        resume: (resumed, value) => {
          (truthy(value) ? hits : misses)?.push(items[at] as Value);
          return partitionFrom(resumed, items, size, callee, at + 1, hits, misses, finish);
        },
      });
    }
    (truthy(answer) ? hits : misses)?.push(items[at] as Value);
  }
  return finish();
}

export function filterList(context: CallContext, list: ListValue, callee: Value): Outcome {
  const hits: Value[] = [];
  return partitionFrom(context, list.items, list.size, callee, 0, hits, undefined, () => new ListValue(hits));
}

export function partitionList(
  context: CallContext,
  list: ListValue,
  callee: Value,
  finish: (hits: ListValue, misses: ListValue) => Value,
): Outcome {
  const hits: Value[] = [];
  const misses: Value[] = [];
  return partitionFrom(context, list.items, list.size, callee, 0, hits, misses, () =>
    finish(new ListValue(hits), new ListValue(misses)),
  );
}

/** Collects an answer for each element, then `finish`. */
function withAnswers(
  context: CallContext,
  list: ListValue,
  callee: Value,
  finish: (items: readonly Value[], answers: readonly Value[]) => Value,
): Outcome {
  const items = list.view();
  const answers: Value[] = [];
  return goOn(context);

  function goOn(running: CallContext): Outcome {
    for (let at = answers.length; at < list.size; at++) {
      const answer = running.call1(callee, itemAt(items, at));
      if (answer === SUSPENDED) {
        return running.resumeWith({
          resume: (resumed, value) => {
            answers.push(value);
            return goOn(resumed);
          },
        });
      }
      answers.push(answer);
    }
    return finish(items, answers);
  }
}

export function flatMapList(context: CallContext, list: ListValue, callee: Value): Outcome {
  return withAnswers(context, list, callee, (_items, answers) => {
    const flat: Value[] = [];
    for (const answer of answers) {
      if (answer instanceof ListValue) {
        answer.handOutElements();
        for (const item of answer.view()) flat.push(item);
      } else flat.push(answer);
    }
    return new ListValue(flat);
  });
}

/** A group's name must be a string: what else could be meant would be ambiguous. */
function groupName(who: string, key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) {
    throw typeError(
      `${who}: callback returned nil; expected a string discriminator (wrap with to_string(...) if you intended a scalar)`,
    );
  }
  throw typeError(
    `${who}: callback must return a string discriminator, got ${typeName(key)}; wrap with to_string(...) so the bucket key is unambiguous`,
  );
}

/** Calls back for each element and hands the answer on at once: a wrong one ends the loop there. */
function eachAnswer(
  context: CallContext,
  list: ListValue,
  callee: Value,
  take: (item: Value, answer: Value) => void,
  finish: () => Value,
): Outcome {
  const items = list.view();
  return goOn(context, 0);

  function goOn(running: CallContext, start: number): Outcome {
    for (let at = start; at < list.size; at++) {
      const answer = running.call1(callee, itemAt(items, at));
      if (answer === SUSPENDED) {
        return running.resumeWith({
          resume: (resumed, value) => {
            take(items[at] as Value, value);
            return goOn(resumed, at + 1);
          },
        });
      }
      take(items[at] as Value, answer);
    }
    return finish();
  }
}

export function groupList(context: CallContext, list: ListValue, callee: Value): Outcome {
  const groups = new Map<string, Value[]>();
  const take = (item: Value, key: Value) => {
    const name = groupName("group_by", key);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  };
  return eachAnswer(
    context,
    list,
    callee,
    take,
    () => new DictValue(new Map([...groups].map(([name, group]) => [name, new ListValue(group)]))),
  );
}

export function countGroups(context: CallContext, list: ListValue, callee: Value): Outcome {
  const counts = new Map<string, Value>();
  const take = (_item: Value, key: Value) => {
    const name = groupName("count_by", key);
    counts.set(name, ((counts.get(name) as number | undefined) ?? 0) + 1);
  };
  return eachAnswer(context, list, callee, take, () => new DictValue(counts));
}

/** The first element of each structurally different key. */
export function dedupList(context: CallContext, list: ListValue, callee: Value): Outcome {
  return withAnswers(context, list, callee, (items, keys) => {
    const seen = new Set<unknown>();
    return new ListValue(
      items.slice(0, keys.length).filter((_item, at) => {
        const key = structuralKey(keys[at] as Value);
        return !seen.has(key) && seen.add(key);
      }),
    );
  });
}

export function takeWhileList(context: CallContext, list: ListValue, callee: Value): Outcome {
  return seekList(
    context,
    list,
    callee,
    false,
    (found, items) => new ListValue(items.slice(0, found < 0 ? list.size : found)),
  );
}

export function dropWhileList(context: CallContext, list: ListValue, callee: Value): Outcome {
  return seekList(
    context,
    list,
    callee,
    false,
    (found, items) => new ListValue(found < 0 ? [] : items.slice(found, list.size)),
  );
}

function extremeBy(context: CallContext, list: ListValue, callee: Value, sign: number): Outcome {
  if (list.size === 0) return null;
  return withAnswers(context, list, callee, (items, keys) => {
    let best = 0;
    for (let at = 1; at < keys.length; at++) {
      if (compare(keys[at] as Value, keys[best] as Value) * sign > 0) best = at;
    }
    return itemAt(items, best);
  });
}

type Body = (context: CallContext, self: ListValue, callee: Value) => Outcome;

/** A method whose first argument is a closure; anything else gives `otherwise`. */
function asking(names: string, summary: string, otherwise: (self: ListValue) => Value, body: Body): Method<ListValue> {
  const [name = "", ...aliases] = names.split(" ");
  return {
    name,
    aliases,
    summary,
    params: ["f"],
    run: (context, self, f) => (isCallable(f) ? body(context, self, f) : otherwise(self)),
  };
}

const nil = () => null;

export const listCallbackMethods: readonly Method<ListValue>[] = [
  { ...asking("map", "What a closure makes of each element.", nil, mapList), loop: "map" },
  { ...asking("filter", "The elements for which a closure is truthy.", nil, filterList), loop: "filter" },
  asking("find", "The first element for which a closure is truthy, or nil.", nil, (context, self, f) =>
    seekList(context, self, f, true, (found, items) => (found < 0 ? null : itemAt(items, found))),
  ),
  asking(
    "find_index",
    "Where the first element stands for which a closure is truthy, or -1.",
    () => -1,
    (context, self, f) => seekList(context, self, f, true, (found) => found),
  ),
  asking(
    "any",
    "Whether a closure is truthy for an element.",
    () => false,
    (context, self, f) => seekList(context, self, f, true, (found) => found >= 0),
  ),
  asking(
    "all every",
    "Whether a closure is truthy for every element.",
    () => true,
    (context, self, f) => seekList(context, self, f, false, (found) => found < 0),
  ),
  asking(
    "none",
    "Whether a closure is truthy for no element; without one, whether the list is empty.",
    (self) => self.size === 0,
    (context, self, f) => seekList(context, self, f, true, (found) => found < 0),
  ),
  asking(
    "flat_map",
    "What a closure makes of each element, with the elements of lists in place of the lists.",
    nil,
    flatMapList,
  ),
  asking("sort_by", "The elements in the order of the keys that a closure makes of them.", nil, (context, self, f) =>
    withAnswers(context, self, f, (items, keys) => new ListValue(sortByKeys(items, keys))),
  ),
  asking("min_by", "The element with the smallest key.", nil, (context, self, f) => extremeBy(context, self, f, -1)),
  asking("max_by", "The element with the largest key.", nil, (context, self, f) => extremeBy(context, self, f, 1)),
  asking(
    "partition",
    "Two lists: the elements for which a closure is truthy, and the others.",
    nil,
    (context, self, f) => partitionList(context, self, f, (hits, misses) => new ListValue([hits, misses])),
  ),
  asking("group_by", "A dict of lists, by the string that a closure makes of each element.", nil, groupList),
  asking("count_by", "How often a closure makes each string of an element.", nil, countGroups),
  asking("take_while", "The elements up to the first for which a closure is falsy.", nil, takeWhileList),
  asking("drop_while", "The elements from the first on for which a closure is falsy.", nil, dropWhileList),
  {
    name: "reduce",
    summary: "Folds the elements into one value, from a start.",
    params: ["init", "f"],
    loop: "reduce",
    run: (context, self, initial, f) =>
      initial !== undefined && isCallable(f) ? reduceFrom(context, self.items, self.size, f, 0, initial) : null,
  },
];
