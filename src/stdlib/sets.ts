import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  declare,
  type Method,
  type Outcome,
  opt,
  rest,
  SUSPENDED,
  t,
} from "../builtin/index.ts";
import {
  containsFloat,
  equal,
  handOut,
  isObject,
  ListValue,
  type Raise,
  SetValue,
  setHolds,
  thrown,
  truthy,
  type Value,
} from "../value/index.ts";
import { isCallable } from "./arguments.ts";
import { ArrayIterator } from "./iterators/sources.ts";
import { addMember } from "./set-members.ts";

/** One rule for all set operations: a value is in a set when a member is `==` to it. */

function added(set: SetValue, value: Value): SetValue {
  return setHolds(set, value) ? set : set.with(value);
}

function removed(set: SetValue, value: Value): SetValue {
  if (!setHolds(set, value)) return set;
  // Where floats are about, another member may equal the value, and more than one.
  return isExact(set, value)
    ? set.without(value)
    : new SetValue(set.values().filter((member) => !equal(member, value)));
}

/** Whether the member that equals the value, if any, has its structural key. */
function isExact(set: SetValue, value: Value): boolean {
  return !set.hasFloats && !containsFloat(value);
}

function union(a: SetValue, b: SetValue): SetValue {
  const all = a.copy();
  for (const member of b) addMember(all, member);
  return all;
}

function intersection(a: SetValue, b: SetValue): SetValue {
  return new SetValue(a.values().filter((member) => setHolds(b, member)));
}

function difference(a: SetValue, b: SetValue): SetValue {
  return new SetValue(a.values().filter((member) => !setHolds(b, member)));
}

function symmetricDifference(a: SetValue, b: SetValue): SetValue {
  return union(difference(a, b), difference(b, a));
}

function isSubset(a: SetValue, b: SetValue): boolean {
  return a.values().every((member) => setHolds(b, member));
}

function isDisjoint(a: SetValue, b: SetValue): boolean {
  return !a.values().some((member) => setHolds(b, member));
}

type SetMethod = Method<SetValue>;

function reader(
  names: string,
  summary: string,
  run: (self: SetValue, value: Value) => Value,
  params: readonly string[] = [],
): SetMethod {
  const [name = "", ...aliases] = names.split(" ");
  return { name, aliases, summary, params, borrows: true, run: (_context, self, value = null) => run(self, value) };
}

/** A method of two sets; anything but a set gives what `otherwise` says. */
function withOther(
  names: string,
  summary: string,
  run: (a: SetValue, b: SetValue) => Value,
  otherwise: (self: SetValue) => Value,
): SetMethod {
  const [name = "", ...aliases] = names.split(" ");
  return {
    name,
    aliases,
    summary,
    params: ["other"],
    run: (_context, self, other) => (other instanceof SetValue ? run(self, other) : otherwise(self)),
  };
}

/** Calls back for each member in order. `take` sees the answers and stops with `true`. */
function eachMember(
  context: CallContext,
  set: SetValue,
  callee: Value,
  take: (member: Value, answer: Value) => boolean,
  finish: () => Value,
): Outcome {
  const members = set.values();
  return goOn(context, 0);

  function goOn(running: CallContext, start: number): Outcome {
    for (let at = start; at < members.length; at++) {
      const member = handOut(members[at] as Value);
      const answer = running.call1(callee, member);
      if (answer === SUSPENDED) {
        return running.resumeWith({
          resume: (resumed, value) => (take(member, value) ? finish() : goOn(resumed, at + 1)),
        });
      }
      if (take(member, answer)) return finish();
    }
    return finish();
  }
}

function collect(name: string, summary: string, pick: (member: Value, answer: Value) => Value | undefined): SetMethod {
  return {
    name,
    summary,
    params: ["f"],
    run: (context, self, f) => {
      if (!isCallable(f)) return null;
      const result = new SetValue();
      const take = (member: Value, answer: Value) => {
        const picked = pick(member, answer);
        if (picked !== undefined) addMember(result, picked);
        return false;
      };
      return eachMember(context, self, f, take, () => result);
    },
  };
}

/** Whether a member answers as `wanted`, which ends the search. */
function search(names: string, summary: string, wanted: boolean): SetMethod {
  const [name = "", ...aliases] = names.split(" ");
  return {
    name,
    aliases,
    summary,
    params: ["f"],
    run: (context, self, f) => {
      let isFound = false;
      if (!isCallable(f)) return !wanted;
      const take = (_member: Value, answer: Value) => {
        isFound = truthy(answer) === wanted;
        return isFound;
      };
      return eachMember(context, self, f, take, () => isFound === wanted);
    },
  };
}

const add: SetMethod = {
  name: "add",
  summary: "The set with one more member.",
  params: ["value"],
  run: (_context, self, value = null) => added(self, value),
  runOwned: (_context, self, value = null) => {
    if (self.shared || setHolds(self, value)) return added(self, value);
    self.addInPlace(value);
    return self;
  },
};

const remove: SetMethod = {
  name: "remove",
  aliases: ["delete"],
  summary: "The set without a member.",
  params: ["value"],
  run: (_context, self, value = null) => removed(self, value),
  runOwned: (_context, self, value = null) => {
    if (self.shared || !isExact(self, value)) return removed(self, value);
    self.removeInPlace(value);
    return self;
  },
};

export const setMethods: readonly SetMethod[] = [
  add,
  remove,
  reader("count len", "How many members the set has.", (self) => self.size),
  reader("empty", "Whether the set has no members.", (self) => self.size === 0),
  reader("contains", "Whether a member equals a value.", setHolds, ["value"]),
  withOther("union", "The members of either set.", union, (self) => self),
  withOther("intersect intersection", "The members of both sets.", intersection, () => new SetValue()),
  withOther("difference", "The members that the other set lacks.", difference, (self) => self),
  withOther("symmetric_difference", "The members of exactly one of the sets.", symmetricDifference, (self) => self),
  withOther("is_subset", "Whether the other set has all members.", isSubset, () => false),
  withOther(
    "is_superset",
    "Whether this set has all members of the other.",
    (a, b) => isSubset(b, a),
    () => false,
  ),
  withOther("is_disjoint", "Whether no member is in both sets.", isDisjoint, () => true),
  {
    name: "to_list",
    summary: "The members as a list.",
    params: [],
    run: (_context, self) => new ListValue(self.values()),
  },
  { name: "to_set", summary: "The set itself.", params: [], run: (_context, self) => self },
  {
    name: "iter",
    summary: "A lazy iterator over the members.",
    params: [],
    run: (_context, self) => new ArrayIterator(self.values()),
  },
  collect("map", "The set of what a closure makes of each member.", (_member, answer) => answer),
  collect("filter", "The members for which a closure is truthy.", (member, answer) =>
    truthy(answer) ? member : undefined,
  ),
  search("any", "Whether a closure is truthy for a member.", true),
  search("all every", "Whether a closure is truthy for every member.", false),
];

const sets = declare("sets");

function mustBeSet(who: string): Raise {
  return thrown(`${who}: first argument must be a set`);
}

function mustBeSets(who: string): Raise {
  return thrown(`${who}: arguments must be sets`);
}

function ofTwo(
  name: string,
  summary: string,
  example: string,
  result: string,
  run: (a: SetValue, b: SetValue) => Value,
): Builtin {
  return sets({
    name,
    summary,
    params: [opt("a", t.any), opt("b", t.any)],
    returns: t.set,
    lenient: true,
    examples: [[`${name}(${example})`, result]],
    run: (_context, a, b) => {
      if (a instanceof SetValue && b instanceof SetValue) return run(a, b);
      throw mustBeSets(name);
    },
  });
}

/** A question about two sets; values that are no sets give what `otherwise` says. */
function question(
  name: string,
  summary: string,
  otherwise: boolean,
  run: (a: SetValue, b: SetValue) => boolean,
): Builtin {
  return sets({
    name,
    summary,
    params: [opt("a", t.any), opt("b", t.any)],
    returns: t.bool,
    borrows: true,
    lenient: true,
    run: (_context, a, b) => (a instanceof SetValue && b instanceof SetValue ? run(a, b) : otherwise),
  });
}

export const setBuiltins: CatalogPart = {
  builtins: [
    sets({
      name: "set",
      summary: "A set of the arguments; a list or a set among them gives its elements.",
      params: [rest("items", t.any)],
      returns: t.set,
      examples: [
        ["set([3, 1, 3])", "set(3, 1)"],
        ['set(1, 1.0, "1")', "set(1, 1.0, 1)"],
      ],
      run: (_context, ...items) => {
        const set = new SetValue();
        for (const item of items) {
          const isMany = isObject(item) && (item.kind === "list" || item.kind === "set");
          for (const member of isMany ? item : [item]) set.addInPlace(member);
        }
        return set;
      },
    }),
    sets({
      name: "set_add",
      summary: "A set with one more member.",
      params: [opt("set", t.any), opt("value", t.any)],
      returns: t.set,
      lenient: true,
      examples: [["set_add(set(1), 2)", "set(1, 2)"]],
      run: (_context, set, value = null) => {
        if (set instanceof SetValue) return added(set, value);
        throw mustBeSet("set_add");
      },
    }),
    sets({
      name: "set_remove",
      summary: "A set without a member.",
      params: [opt("set", t.any), opt("value", t.any)],
      returns: t.set,
      lenient: true,
      examples: [["set_remove(set(1, 2), 1)", "set(2)"]],
      run: (_context, set, value = null) => {
        if (set instanceof SetValue) return removed(set, value);
        throw mustBeSet("set_remove");
      },
    }),
    sets({
      name: "set_contains",
      summary: "Whether a member of a set equals a value.",
      params: [opt("set", t.any), opt("value", t.any)],
      returns: t.bool,
      borrows: true,
      lenient: true,
      examples: [["set_contains(set(1, 2), 2)", "true"]],
      run: (_context, set, value = null) => set instanceof SetValue && setHolds(set, value),
    }),
    ofTwo("set_union", "The members of either set.", "set(1), set(2)", "set(1, 2)", union),
    ofTwo("set_intersect", "The members of both sets.", "set(1, 2), set(2)", "set(2)", intersection),
    ofTwo(
      "set_difference",
      "The members of the first set that the second lacks.",
      "set(1, 2), set(2)",
      "set(1)",
      difference,
    ),
    ofTwo(
      "set_symmetric_difference",
      "The members of exactly one of two sets.",
      "set(1, 2), set(2, 3)",
      "set(1, 3)",
      symmetricDifference,
    ),
    question("set_is_subset", "Whether the second set has all members of the first.", false, isSubset),
    question("set_is_superset", "Whether the first set has all members of the second.", false, (a, b) =>
      isSubset(b, a),
    ),
    question("set_is_disjoint", "Whether no member is in both sets.", true, isDisjoint),
  ],
  methods: { set: setMethods },
  methodResults: {
    set: {
      int: "count",
      bool: "empty contains is_subset is_superset is_disjoint any all",
      set: "add remove union intersect difference symmetric_difference to_set map filter",
      list: "to_list",
      iter: "iter",
    },
  },
};
