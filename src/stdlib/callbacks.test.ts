import { describe, expect, test } from "vitest";
import {
  type CallContext,
  DONE,
  type Method,
  type Outcome,
  type Pulled,
  PullIterator,
  SUSPENDED,
} from "../builtin/index.ts";
import {
  DictValue,
  FloatValue,
  handOut,
  isInt,
  ListValue,
  PairValue,
  RangeValue,
  SetValue,
  show,
  type Value,
} from "../value/index.ts";
import { dictMethods } from "./dicts.ts";
import { iterMethods } from "./iterators/methods.ts";
import { iteratorOf } from "./iterators/sources.ts";
import { listCallbackMethods } from "./list-callbacks.ts";
import { rangeBuiltins } from "./ranges.ts";
import { setMethods } from "./sets.ts";
import { FakeContext, methodNamed, shown } from "./testing/fake-context.ts";

/** Every method with a callback gives the same whichever of its calls suspend, and calls no more and no less. */

const isOdd = (value: Value): Value => isInt(value) && Number(value) % 2 === 1;
const double = (value: Value): Value => (isInt(value) ? Number(value) * 2 : null);
const name = (value: Value): Value => (isOdd(value) ? "odd" : "even");
const twice = (value: Value): Value => new ListValue([value, value]);
const sum = (a: Value, b: Value | undefined): Value => `${show(a)}${show(b ?? null)}`;
const isSmall = (value: Value): Value => isInt(value) && value < 3;

type AnyMethod = Method<never>;
const list = () => handOut(new ListValue([3, 1, 4, 2]));
const dict = () => handOut(DictValue.of({ b: 3, a: 1, c: 4 }));
const set = () => handOut(new SetValue([3, 1, 4]));
const range = () => new RangeValue(1, 4, false);

const cases: [
  kind: string,
  methods: readonly AnyMethod[],
  receiver: () => Value,
  name: string,
  run: (...args: Value[]) => Value,
  wanted: string,
][] = [
  ["list", listCallbackMethods, list, "map", double, "[6, 2, 8, 4]"],
  ["list", listCallbackMethods, list, "filter", isOdd, "[3, 1]"],
  ["list", listCallbackMethods, list, "find", (v) => v === 4, "4"],
  ["list", listCallbackMethods, list, "find_index", (v) => v === 4, "2"],
  ["list", listCallbackMethods, list, "find_index", () => false, "-1"],
  ["list", listCallbackMethods, list, "any", (v) => v === 4, "true"],
  ["list", listCallbackMethods, list, "every", isOdd, "false"],
  ["list", listCallbackMethods, list, "none", () => false, "true"],
  ["list", listCallbackMethods, list, "flat_map", twice, "[3, 3, 1, 1, 4, 4, 2, 2]"],
  ["list", listCallbackMethods, list, "sort_by", (v) => -Number(v), "[4, 3, 2, 1]"],
  ["list", listCallbackMethods, list, "min_by", (v) => -Number(v), "4"],
  ["list", listCallbackMethods, list, "max_by", (v) => -Number(v), "1"],
  ["list", listCallbackMethods, list, "partition", isOdd, "[[3, 1], [4, 2]]"],
  ["list", listCallbackMethods, list, "group_by", name, "{even: [4, 2], odd: [3, 1]}"],
  ["list", listCallbackMethods, list, "count_by", name, "{even: 2, odd: 2}"],
  ["list", listCallbackMethods, list, "take_while", (v) => v !== 4, "[3, 1]"],
  ["list", listCallbackMethods, list, "drop_while", (v) => v !== 4, "[4, 2]"],
  [
    "list",
    listCallbackMethods,
    list,
    "group_by",
    () => 5,
    "!! Type error: group_by: callback must return a string discriminator, got int; wrap with to_string(...) so the bucket key is unambiguous",
  ],
  ["dict", dictMethods, dict, "map_values", double, "{a: 2, b: 6, c: 8}"],
  ["dict", dictMethods, dict, "rekey", (v) => `${show(v)}!`, "{a!: 1, b!: 3, c!: 4}"],
  ["dict", dictMethods, dict, "filter", isOdd, "{a: 1, b: 3}"],
  ["set", setMethods, set, "map", isOdd, "set(true, false)"],
  ["set", setMethods, set, "filter", isOdd, "set(3, 1)"],
  ["set", setMethods, set, "any", (v) => v === 1, "true"],
  ["set", setMethods, set, "all", isOdd, "false"],
  ["range", rangeBuiltins.methods?.range ?? [], range, "any", (v) => v === 2, "true"],
  ["range", rangeBuiltins.methods?.range ?? [], range, "all", isSmall, "false"],
  ["range", rangeBuiltins.methods?.range ?? [], range, "find", (v) => v === 3, "3"],
  ["range", rangeBuiltins.methods?.range ?? [], range, "for_each", () => 1, "nil"],
];

describe("methods with callbacks survive every suspension", () => {
  test.each(cases)("%s %s", (...row) => {
    const [, methods, receiver, methodName, run, wanted] = row;
    const method = methodNamed(methods as readonly Method[], methodName);
    const calls: number[] = [];
    for (let mask = 0; mask < 16; mask++) {
      const fake = new FakeContext((call) => (mask & (1 << call)) !== 0);
      let count = 0;
      const f = fake.callback((...args) => {
        count++;
        return run(...args);
      });
      expect(shown(() => fake.settle((context) => method.run(context, receiver(), f, undefined, undefined)))).toBe(
        wanted,
      );
      calls.push(count);
    }
    expect(new Set(calls).size).toBe(1);
  });

  test("reduce", () => {
    for (let mask = 0; mask < 16; mask++) {
      for (const [methods, receiver] of [
        [listCallbackMethods, list()],
        [rangeBuiltins.methods?.range ?? [], range()],
      ] as const) {
        const fake = new FakeContext((call) => (mask & (1 << call)) !== 0);
        const method = methodNamed(methods as readonly Method[], "reduce");
        const result = fake.settle((context) =>
          method.run(
            context,
            receiver,
            ">",
            fake.callback((a, b) => sum(a as Value, b)),
            undefined,
          ),
        );
        expect(result).toBe(receiver instanceof ListValue ? ">3142" : ">1234");
      }
    }
  });
});

/** Suspends on pulls, not on calls. */
class Reluctant extends PullIterator {
  readonly #fake: FakeContext;
  readonly #items: readonly Value[];
  #at = 0;

  constructor(fake: FakeContext, items: readonly Value[]) {
    super();
    this.#fake = fake;
    this.#items = items;
  }

  override next(_context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const item = this.#items[this.#at++];
    if (item !== undefined) return this.#fake.answer(item);
    this.exhausted = true;
    return this.#fake.answer(null) === SUSPENDED ? SUSPENDED : DONE;
  }
}

describe("chains of lazy stages against arrays", () => {
  type Stage = [name: string, argument: (fake: FakeContext) => Value | undefined, eager: (items: Value[]) => Value[]];

  const chunks = (items: readonly Value[], size: number) =>
    Array.from(
      { length: Math.ceil(items.length / size) },
      (_, at) => new ListValue(items.slice(at * size, at * size + size)),
    );
  const windows = (items: readonly Value[], size: number) =>
    items.slice(size - 1).map((_, at) => new ListValue(items.slice(at, at + size)));
  const whileSmall = (items: readonly Value[]) => {
    const end = items.findIndex((item) => isSmall(item) !== true);
    return end < 0 ? items.length : end;
  };

  const stages: Stage[] = [
    ["map", (fake) => fake.callback(double), (items) => items.map(double)],
    ["filter", (fake) => fake.callback(isOdd), (items) => items.filter((item) => isOdd(item))],
    ["flat_map", (fake) => fake.callback(twice), (items) => items.flatMap((item) => [item, item])],
    [
      "flat_map",
      (fake) => fake.callback((v) => new ListValue(isOdd(v) ? [v] : [])),
      (items) => items.filter((item) => isOdd(item)),
    ],
    ["take", () => 2, (items) => items.slice(0, 2)],
    ["take", () => 0, () => []],
    ["skip", () => 2, (items) => items.slice(2)],
    ["take_while", (fake) => fake.callback(isSmall), (items) => items.slice(0, whileSmall(items))],
    ["skip_while", (fake) => fake.callback(isSmall), (items) => items.slice(whileSmall(items))],
    [
      "zip",
      (fake) => new Reluctant(fake, ["x", "y", "z"]),
      (items) => items.slice(0, 3).map((item, at) => new PairValue(item, "xyz".charAt(at))),
    ],
    ["enumerate", () => undefined, (items) => items.map((item, at) => new PairValue(at, item))],
    ["chain", (fake) => new Reluctant(fake, [7, 8]), (items) => [...items, 7, 8]],
    ["chunks", () => 2, (items) => chunks(items, 2)],
    ["windows", () => 2, (items) => windows(items, 2)],
  ];

  function randomOf(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  test("random chains", () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const random = randomOf(seed);
      const chosen = Array.from({ length: 1 + random(4) }, () => stages[random(stages.length)] as Stage);
      const source = Array.from({ length: random(6) }, (_, at) => at + 1);
      const share = random(4);
      const fake = new FakeContext(() => random(4) < share);
      const wanted = chosen.reduce<Value[]>((items, [, , eager]) => eager(items), source);
      const result = fake.settle((context) => {
        let iterator: Outcome = new Reluctant(fake, source);
        for (const [stage, argument] of chosen) {
          iterator = methodNamed(iterMethods, stage).run(
            context,
            iterator as never,
            argument(fake),
            undefined,
            undefined,
          );
        }
        return methodNamed(iterMethods, "to_list").run(context, iterator as never, undefined, undefined, undefined);
      });
      expect(show(result), `seed ${seed}: ${chosen.map(([stage]) => stage).join(" ")} of ${source}`).toBe(
        show(new ListValue(wanted)),
      );
    }
  });

  test("a finished iterator stays finished, also after its end came late", () => {
    for (const suspends of [true, false]) {
      const fake = new FakeContext(() => suspends);
      const iterator = methodNamed(iterMethods, "map").run(
        fake.context,
        new Reluctant(fake, [1]) as never,
        fake.callback(double),
        undefined,
        undefined,
      ) as PullIterator;
      expect(
        show(
          fake.settle((context) =>
            methodNamed(iterMethods, "last").run(context, iterator as never, undefined, undefined, undefined),
          ),
        ),
      ).toBe("2");
      expect(iterator.exhausted).toBe(true);
      expect(iterator.next(fake.context)).toBe(DONE);
      expect(show(iterator)).toBe("<iter (exhausted)>");
    }
  });

  test("nothing is pulled before it is wanted, and nothing more than that", () => {
    const pulled: Value[] = [];
    const fake = new FakeContext();
    const iterator = methodNamed(iterMethods, "map").run(
      fake.context,
      iteratorOf(new ListValue([1, 2, 3])) as never,
      fake.callback((value) => {
        pulled.push(value);
        return value;
      }),
      undefined,
      undefined,
    ) as PullIterator;
    const two = methodNamed(iterMethods, "take").run(
      fake.context,
      iterator as never,
      2,
      undefined,
      undefined,
    ) as PullIterator;
    expect(pulled).toEqual([]);
    fake.settle((context) =>
      methodNamed(iterMethods, "to_list").run(context, two as never, undefined, undefined, undefined),
    );
    expect(pulled).toEqual([1, 2]);
  });
});

test("elements that callbacks see and give back are no way into the list", () => {
  const inner = new ListValue([1]);
  const outer = handOut(new ListValue([inner]));
  const fake = new FakeContext();
  const found = fake.settle((context) =>
    methodNamed(listCallbackMethods, "find").run(
      context,
      outer,
      fake.callback(() => true),
      undefined,
      undefined,
    ),
  );
  expect(found).toBe(inner);
  expect(inner.shared).toBe(true);
});

test("a sum of floats is a float", () => {
  const fake = new FakeContext();
  const total = fake.settle((context) =>
    methodNamed(iterMethods, "sum").run(
      context,
      iteratorOf(new ListValue([1, new FloatValue(0.5)])) as never,
      undefined,
      undefined,
      undefined,
    ),
  );
  expect(show(total)).toBe("1.5");
});
