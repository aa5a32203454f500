import { describe, expect, test } from "vitest";
import {
  add,
  addOwned,
  childIndex,
  childProperty,
  DictValue,
  dictRest,
  getIndex,
  handOut,
  ListValue,
  listRest,
  ownForWrite,
  setIndex,
  setProperty,
  show,
  slice,
  type Value,
} from "./index.ts";

/**
 * Random programs over five variables, run twice: with the collections of the language, as the compiler's operations use
 * them, and with plain data that is copied whole at every step. Both must always show the same.
 */

type Plain = number | Plain[] | { [key: string]: Plain };

/** Deterministic, so that a failure can be looked at again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function makePlain(random: (below: number) => number, depth: number): Plain {
  const form = depth === 0 ? 0 : random(3);
  if (form === 0) return random(100);
  const parts = Array.from({ length: 1 + random(3) }, () => makePlain(random, depth - 1));
  return form === 1 ? parts : Object.fromEntries(parts.map((part, at) => ["abc".charAt(at), part]));
}

function toValue(plain: Plain): Value {
  if (typeof plain === "number") return plain;
  if (Array.isArray(plain)) return new ListValue(plain.map(toValue));
  return new DictValue(new Map(Object.entries(plain).map(([key, part]) => [key, toValue(part)])));
}

class Machine {
  readonly values: Value[] = [];
  readonly plains: Plain[] = [];
  readonly random: (below: number) => number;

  constructor(seed: number) {
    this.random = randomOf(seed);
    for (let at = 0; at < 5; at++) this.fresh(at);
  }

  fresh(at: number): void {
    const plain = makePlain(this.random, 3);
    this.plains[at] = plain;
    this.values[at] = toValue(plain);
  }

  /** A path through the plain data to a collection, chosen at random. */
  path(at: number): (string | number)[] {
    const path: (string | number)[] = [];
    let place = this.plains[at] as Plain;
    while (typeof place === "object" && this.random(4) > 0) {
      const keys = Object.keys(place);
      const key = keys[this.random(keys.length)];
      if (key === undefined) break;
      const next = (place as { [key: string]: Plain })[key] as Plain;
      if (typeof next !== "object") break;
      path.push(Array.isArray(place) ? Number(key) : key);
      place = next;
    }
    return path;
  }

  at(variable: number, path: readonly (string | number)[]): Plain {
    return path.reduce<Plain>(
      (place, key) => (place as { [key: string]: Plain })[key] as Plain,
      this.plains[variable] as Plain,
    );
  }

  step(): void {
    const x = this.random(5);
    const y = this.random(5);
    const operations = [
      () => this.fresh(x),
      () => this.alias(x, y),
      () => this.write(x, y),
      () => this.write(x, y),
      () => this.write(x, y),
      () => this.write(x, y),
      () => this.read(x, y),
      () => this.read(x, y),
      () => this.grow(x, y),
      () => this.grow(x, y),
      () => this.join(x, y),
      () => this.cut(x, y),
      () => this.restOf(x, y),
      () => this.shrink(x),
    ];
    operations[this.random(operations.length)]?.();
  }

  /** `x = y` */
  alias(x: number, y: number): void {
    this.values[x] = handOut(this.values[y] as Value);
    this.plains[x] = structuredClone(this.plains[y] as Plain);
  }

  /** `x.p.q = y`, or a fresh value */
  write(x: number, y: number): void {
    const path = this.path(x);
    const place = this.at(x, path);
    if (typeof place !== "object") return;
    const isNamed = this.random(2) === 0;
    const plain = isNamed ? structuredClone(this.plains[y] as Plain) : makePlain(this.random, 2);
    const value = isNamed ? handOut(this.values[y] as Value) : toValue(plain);
    const key = Array.isArray(place) ? this.random(place.length) : "abcd".charAt(this.random(4));
    if (Array.isArray(place) && place.length === 0) return;
    (place as { [key: string]: Plain })[key] = plain;
    this.values[x] = this.writeThrough(this.values[x] as Value, path, key, value);
  }

  writeThrough(target: Value, path: readonly (string | number)[], key: string | number, value: Value): Value {
    const put = (into: Value) =>
      typeof key === "string" && this.random(2) ? setProperty(into, key, value) : setIndex(into, key, value);
    if (path.length === 0) return put(target);
    const own = ownForWrite(target);
    let child = own;
    for (const step of path)
      child = typeof step === "string" && this.random(2) ? childProperty(child, step) : childIndex(child, step);
    expect(put(child)).toBe(child);
    return own;
  }

  /** `x = y.p.q` */
  read(x: number, y: number): void {
    const path = this.path(y);
    const plain = structuredClone(this.at(y, path));
    const whole = this.values[y] as Value;
    this.values[x] =
      path.length === 0 ? handOut(whole) : path.reduce<Value>((value, key) => getIndex(value, key), whole);
    this.plains[x] = plain;
  }

  /** `x += y`, or `x = x.push(y)` */
  grow(x: number, y: number): void {
    const [a, b] = [this.plains[x] as Plain, structuredClone(this.plains[y] as Plain)];
    const own = this.values[x] as Value;
    if (own instanceof ListValue && Array.isArray(a) && this.random(2)) {
      const value = handOut(this.values[y] as Value);
      this.values[x] = this.random(2) ? own.appendOwned(value) : own.append(value);
      this.plains[x] = [...a, b];
      return;
    }
    const sum = plainSum(a, b);
    if (sum === undefined || JSON.stringify(sum).length > 3000) return;
    this.values[x] = addOwned(own, this.values[y] as Value);
    this.plains[x] = sum;
  }

  /** `x = x + y` where the old `x` lives on in `y` */
  join(x: number, y: number): void {
    const sum = plainSum(this.plains[x] as Plain, this.plains[y] as Plain);
    if (sum === undefined || JSON.stringify(sum).length > 3000) return;
    const old = this.values[x] as Value;
    const plain = structuredClone(this.plains[x] as Plain);
    this.values[x] = add(old, this.values[y] as Value);
    this.values[y] = old;
    this.plains[x] = structuredClone(sum);
    this.plains[y] = plain;
    if (x === y) this.fresh(x);
  }

  /** `x = y[1:]` */
  cut(x: number, y: number): void {
    const plain = this.plains[y] as Plain;
    if (!Array.isArray(plain)) return;
    this.plains[x] = structuredClone(plain.slice(1));
    this.values[x] = this.random(2)
      ? slice(this.values[y] as Value, 1, null)
      : listRest(this.values[y] as ListValue, 1);
  }

  /** `let {a, ...x} = y` */
  restOf(x: number, y: number): void {
    const plain = this.plains[y] as Plain;
    if (typeof plain !== "object" || Array.isArray(plain)) return;
    const { a: _, ...rest } = structuredClone(plain);
    this.values[x] = dictRest(this.values[y] as DictValue, ["a"]);
    this.plains[x] = rest;
  }

  /** `x = x.pop()` */
  shrink(x: number): void {
    const plain = this.plains[x] as Plain;
    if (!Array.isArray(plain)) return;
    this.plains[x] = plain.slice(0, -1);
    this.values[x] = (this.values[x] as ListValue).popOwned();
  }
}

function plainSum(a: Plain, b: Plain): Plain | undefined {
  if (Array.isArray(a) && Array.isArray(b)) return structuredClone([...a, ...b]);
  const isDict = (plain: Plain) => typeof plain === "object" && !Array.isArray(plain);
  return isDict(a) && isDict(b) ? structuredClone({ ...(a as object), ...(b as object) }) : undefined;
}

describe("collections behave as if every step copied them", () => {
  for (let seed = 1; seed <= 100; seed++) {
    test(`history ${seed}`, () => {
      const machine = new Machine(seed);
      for (let step = 0; step < 120; step++) {
        machine.step();
        expect(machine.values.map(show)).toEqual(machine.plains.map((plain) => show(toValue(plain))));
      }
    });
  }
});

describe("elements that moved elsewhere are not written through where they came from", () => {
  const lists: Record<string, (list: ListValue) => Value> = {
    slice: (list) => slice(list, null, null),
    "list rest": (list) => listRest(list, 0),
    "left of +": (list) => add(list, new ListValue([])),
    "right of +": (list) => add(new ListValue([]), list),
    "right of +=": (list) => addOwned(new ListValue([]), list),
    element: (list) => getIndex(list, 0),
  };
  for (const [name, move] of Object.entries(lists)) {
    test(`list, ${name}`, () => {
      const list = new ListValue([new ListValue([1])]);
      setIndex(childIndex(list, 0), 0, 2);
      const moved = move(list);
      const before = show(moved);
      const own = ownForWrite(list);
      setIndex(childIndex(own, 0), 0, 3);
      expect([before, show(moved), show(own)]).toEqual([before, before, "[[3]]"]);
    });
  }

  const dicts: Record<string, (dict: DictValue) => Value> = {
    rest: (dict) => dictRest(dict, []),
    "left of +": (dict) => add(dict, new DictValue()),
    "right of +": (dict) => add(new DictValue(), dict),
    "right of +=": (dict) => addOwned(new DictValue(), dict),
  };
  for (const [name, move] of Object.entries(dicts)) {
    test(`dict, ${name}`, () => {
      const dict = DictValue.of({ a: new ListValue([1]) });
      setIndex(childProperty(dict, "a"), 0, 2);
      const moved = move(dict);
      setIndex(childProperty(dict, "a"), 0, 3);
      expect([show(moved), show(dict)]).toEqual(["{a: [2]}", "{a: [3]}"]);
    });
  }
});

describe("in place", () => {
  test("an unshared list is written without a copy", () => {
    const list = new ListValue([1, 2]);
    expect(setIndex(list, 0, 9)).toBe(list);
  });

  test("a shared one is left alone", () => {
    const list = handOut(new ListValue([1, 2]));
    const written = setIndex(list, 0, 9);
    expect(written).not.toBe(list);
    expect([show(list), show(written)]).toEqual(["[1, 2]", "[9, 2]"]);
  });

  test("a nested write copies a child once, then writes it in place", () => {
    const grid = new ListValue([new ListValue([0, 0])]);
    const first = childIndex(grid, 0);
    expect(childIndex(grid, 0)).toBe(first);
  });

  test("appending to one backing from two lists keeps them apart", () => {
    const base = new ListValue([1]);
    const left = base.append(2);
    const right = base.append(3);
    expect([base, left, right].map(show)).toEqual(["[1]", "[1, 2]", "[1, 3]"]);
  });

  test("a list added to itself ends", () => {
    const list = new ListValue([1, 2]);
    expect(show(list.appendAllOwned(list.view()))).toBe("[1, 2, 1, 2]");
  });
});
