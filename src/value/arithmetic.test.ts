import { describe, expect, test } from "vitest";
import {
  add,
  compare,
  DictValue,
  DurationValue,
  divide,
  equal,
  FloatValue,
  type Int,
  intFromFloat,
  ListValue,
  maxInt,
  minInt,
  modulo,
  multiply,
  negate,
  PairValue,
  power,
  Raise,
  SetValue,
  setHolds,
  show,
  showFloat,
  structuralKey,
  subtract,
  truthy,
  type Value,
  wrapInt,
} from "./index.ts";

const f = (value: number) => new FloatValue(value);

function errorOf(body: () => unknown): Value {
  try {
    body();
  } catch (error) {
    if (error instanceof Raise) return error.value;
    throw error;
  }
  return "no error";
}

/** Where 53 and 64 bits end, and around zero. */
const edges = [
  0n,
  1n,
  -1n,
  2n,
  -2n,
  3n,
  7n,
  -7n,
  10n,
  255n,
  2n ** 26n + 1n,
  2n ** 31n,
  2n ** 32n,
  94906267n,
  -94906267n,
]
  .concat([2n ** 53n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 62n, 2n ** 63n - 1n].flatMap((n) => [n, -n]))
  .concat([-(2n ** 63n)]);

describe("ints wrap at 64 bits, exactly", () => {
  const operations: Record<string, [(a: Value, b: Value) => Value, (a: bigint, b: bigint) => bigint | undefined]> = {
    "+": [add, (a, b) => a + b],
    "-": [subtract, (a, b) => a - b],
    "*": [multiply, (a, b) => a * b],
    "/": [divide, (a, b) => (b === 0n ? undefined : a / b)],
    "%": [modulo, (a, b) => (b === 0n ? undefined : a % b)],
    "**": [power, (a, b) => (b < 0n || b > 300n ? undefined : a ** b)],
  };
  for (const [name, [ours, exact]] of Object.entries(operations)) {
    test(name, () => {
      for (const a of edges) {
        for (const b of edges) {
          const wanted = exact(a, b);
          if (wanted === undefined) continue;
          const result = ours(wrapInt(a), wrapInt(b)) as Int;
          expect(BigInt(result), `${a} ${name} ${b}`).toBe(BigInt.asIntN(64, wanted));
          expectNormal(result);
        }
      }
    });
  }

  test("unary minus", () => {
    for (const a of edges) {
      const result = negate(wrapInt(a)) as Int;
      expect(BigInt(result)).toBe(BigInt.asIntN(64, -a));
      expectNormal(result);
    }
  });

  function expectNormal(result: Int): void {
    expect(Object.is(result, -0)).toBe(false);
    expect(typeof result).toBe(
      Number.isSafeInteger(Number(result)) && BigInt(Number(result)) === BigInt(result) ? "number" : "bigint",
    );
  }
});

test("results", () => {
  const cases: [Value, string][] = [
    [power(2, -2), "0.25"],
    [power(f(10), 21), "1000000000000000000000"],
    [power(f(10), 100), `10000000000000002${"0".repeat(84)}`],
    [power(10, 20), "7766279631452241920"],
    [power(3, 100), "-2984622845537545263"],
    [power(7, f(2)), "49.0"],
    [power(f(-8), f(0.5)), "NaN"],
    [divide(-7, 2), "-3"],
    [modulo(-7, 2), "-1"],
    [divide(f(1), 0), "inf"],
    [divide(7, f(2.5)), "2.8"],
    [modulo(7, f(2.5)), "2.0"],
    [multiply("ab", 3), "ababab"],
    [multiply(2, "xy"), "xyxy"],
    [multiply("ab", -1), ""],
    [add(maxInt, f(1)), "9223372036854776000"],
    [add("a", "b"), "ab"],
    [add(new ListValue([1]), new ListValue([2])), "[1, 2]"],
    [add(DictValue.of({ x: 1, y: 2 }), DictValue.of({ y: 20 })), "{x: 1, y: 20}"],
    [negate(f(0)), "-0.0"],
  ];
  for (const [value, wanted] of cases) expect(show(value)).toBe(wanted);
});

test("what cannot be calculated", () => {
  const cases: [() => Value, string][] = [
    [() => add("a", 1), "Type error: Cannot add string and int"],
    [() => add(null, null), "Type error: Cannot add nil and nil"],
    [() => subtract("a", 1), "Type error: Cannot subtract int from string"],
    [() => multiply("a", f(2)), "Type error: Cannot multiply string and float"],
    [() => divide(true, 1), "Runtime error: Cannot divide bool by int"],
    [() => modulo(new DurationValue(1), 1), "Runtime error: Cannot modulo duration by int"],
    [() => power("2", 2), "Type error: Cannot exponentiate string by int"],
    [() => negate("a"), "Runtime error: Cannot negate value of type string"],
    [() => divide(1, 0), "Division by zero"],
    [() => modulo(1, 0), "Division by zero"],
    [() => modulo(f(1), f(0)), "Division by zero"],
    [
      () => multiply("abc", 2 ** 40),
      "Runtime error: string of 3298534883328 characters exceeds the limit of 536870880",
    ],
  ];
  for (const [body, wanted] of cases) expect(errorOf(body)).toBe(wanted);
});

test("floats show without an exponent, and apart from ints", () => {
  const cases: [number, string][] = [
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1 + 0.2, "0.30000000000000004"],
    [1e15, "1000000000000000"],
    [999999999999999, "999999999999999.0"],
    [1234567890123456, "1234567890123456"],
    [1e21, "1000000000000000000000"],
    [1.5e300, `15${"0".repeat(299)}`],
    [1e-7, "0.0000001"],
    [-1.5e-7, "-0.00000015"],
    [5e-324, `0.${"0".repeat(323)}5`],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ];
  for (const [value, wanted] of cases) expect(showFloat(value)).toBe(wanted);
});

test("an int from a float truncates and saturates", () => {
  expect([1.9, -1.9, -0.5, Number.NaN, 1e30, -1e30, 2 ** 53].map(intFromFloat)).toEqual([
    1,
    -1,
    0,
    0,
    maxInt,
    minInt,
    2n ** 53n,
  ]);
  expect(Object.is(intFromFloat(-0.5), -0)).toBe(false);
});

describe("comparison", () => {
  test("numbers of both kinds, exactly among ints", () => {
    expect(compare(1, f(1.5))).toBe(-1);
    expect(compare(2n ** 53n + 1n, 2n ** 53n)).toBe(1);
    expect(compare(2n ** 53n + 1n, f(2 ** 53))).toBe(0);
    expect(compare(1, 2n ** 60n)).toBe(-1);
  });

  test("strings by code point", () => {
    expect(compare("😀", "｡")).toBeGreaterThan(0);
    expect(compare("a", "A")).toBeGreaterThan(0);
  });

  test("pairs part by part", () => {
    expect(compare(new PairValue(1, 2), new PairValue(1, 3))).toBeLessThan(0);
  });

  test("everything else counts as equal", () => {
    for (const [a, b] of [
      [1, "1"],
      [null, 1],
      [false, true],
      [f(Number.NaN), f(1)],
      [new ListValue([1]), new ListValue([2])],
    ] as const) {
      expect(compare(a, b)).toBe(0);
      expect(compare(b, a)).toBe(0);
    }
  });
});

describe("equality and structural keys", () => {
  const values: Value[] = [
    null,
    true,
    false,
    0,
    1,
    2n ** 60n,
    "",
    "1",
    "true",
    f(0),
    f(-0),
    f(1),
    f(1.5),
    new ListValue([]),
    new ListValue([1]),
    new ListValue([f(1)]),
    new DictValue(),
    DictValue.of({ a: 1 }),
    DictValue.of({ b: 1 }),
    new SetValue([]),
    new SetValue([1]),
    new SetValue([f(1)]),
    new PairValue(1, 2),
    new DurationValue(0),
    new DurationValue(5),
  ];

  test("every value equals itself and its copy", () => {
    for (const value of values) expect(equal(value, value), show(value)).toBe(true);
  });

  test("equality is symmetric, and a structural key never joins unequal values", () => {
    for (const a of values) {
      for (const b of values) {
        expect(equal(a, b)).toBe(equal(b, a));
        if (structuralKey(a) === structuralKey(b)) expect(equal(a, b)).toBe(true);
      }
    }
  });

  test("numbers are equal across kinds, also inside, though their keys differ", () => {
    expect(equal(1, f(1))).toBe(true);
    expect(equal(new ListValue([1]), new ListValue([f(1)]))).toBe(true);
    expect(equal(new SetValue([1]), new SetValue([f(1)]))).toBe(true);
    expect(structuralKey(1)).not.toBe(structuralKey(f(1)));
    const holds = (member: Value, value: Value) => setHolds(new SetValue([member]), value);
    const numbers: Value[] = [0, f(0), f(-0), 1, f(1), f(1.5), 2n ** 60n, f(2 ** 60), 2n ** 60n + 1n];
    for (const a of numbers) {
      for (const b of numbers) {
        expect(holds(a, b), `${show(b)} in set(${show(a)})`).toBe(equal(a, b));
        expect(holds(new ListValue([a]), new ListValue([b]))).toBe(equal(a, b));
        expect(holds(new PairValue(a, 1), new PairValue(b, 1))).toBe(equal(a, b));
      }
    }
  });

  test("NaN equals nothing, and is one member of a set", () => {
    const nan = f(Number.NaN);
    expect(equal(nan, nan)).toBe(false);
    expect(equal(new ListValue([nan]), new ListValue([nan]))).toBe(false);
    expect(new SetValue([nan, f(Number.NaN)]).size).toBe(1);
    expect(setHolds(new SetValue([nan]), nan)).toBe(false);
  });
});

test("truth", () => {
  const falsy: Value[] = [
    null,
    false,
    0,
    f(0),
    f(-0),
    "",
    new ListValue([]),
    new DictValue(),
    new SetValue([]),
    new DurationValue(0),
  ];
  const truthyValues: Value[] = [
    true,
    1,
    -1,
    2n ** 60n,
    f(0.1),
    f(Number.NaN),
    "0",
    new ListValue([null]),
    new DurationValue(1),
    new PairValue(null, null),
  ];
  expect(falsy.map(truthy)).toEqual(falsy.map(() => false));
  expect(truthyValues.map(truthy)).toEqual(truthyValues.map(() => true));
});
