import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { add, equal, type FloatValue, HandleValue, type Int, show, type Value } from "../../value/index.ts";

const concurrency = declare("concurrency");

/** A number or truth value that tasks share. Every operation is one step: tasks switch only where they wait. */
export class Atomic extends HandleValue {
  readonly typeName = "atomic";
  value: Int | FloatValue | boolean;

  constructor(value: Int | FloatValue | boolean) {
    super();
    this.value = value;
  }

  override show(): string {
    return `<atomic:${show(this.value)}>`;
  }

  /** Two atomics are equal while they hold the same. */
  override equals(other: Value): boolean {
    return other instanceof Atomic && equal(this.value, other.value);
  }

  replace(value: Int | FloatValue | boolean): Value {
    const old = this.value;
    this.value = value;
    return old;
  }
}

const handle = req("handle", t.handle<Atomic>("atomic"));

export const atomicBuiltins: readonly Builtin[] = [
  concurrency({
    name: "atomic",
    summary: "A value that tasks share.",
    params: [opt("initial", t.union(t.int, t.float, t.bool))],
    returns: t.handle("atomic"),
    effect: "task",
    examples: [["atomic_get(atomic(3))", "3"]],
    run: (_context, initial = 0) => new Atomic(initial),
  }),
  concurrency({
    name: "atomic_get",
    summary: "The value that an atomic holds.",
    params: [handle],
    returns: t.union(t.int, t.float, t.bool),
    effect: "task",
    examples: [["atomic_get(atomic(5))", "5"]],
    run: (_context, atomic) => atomic.value,
  }),
  concurrency({
    name: "atomic_set",
    summary: "Put another value into an atomic; gives the one before.",
    params: [handle, req("value", t.int)],
    returns: t.union(t.int, t.float, t.bool),
    effect: "task",
    examples: [["atomic_set(atomic(5), 2)", "5"]],
    run: (_context, atomic, value) => atomic.replace(value),
  }),
  concurrency({
    name: "atomic_add",
    summary: "Add to the number in an atomic; gives the one before.",
    params: [handle, req("delta", t.int)],
    returns: t.union(t.int, t.float, t.bool),
    effect: "task",
    examples: [["atomic_add(atomic(5), 2)", "5"]],
    run: (_context, atomic, delta) => {
      const number = typeof atomic.value === "boolean" ? Number(atomic.value) : atomic.value;
      return atomic.replace(add(number, delta) as Int | FloatValue);
    },
  }),
  concurrency({
    name: "atomic_cas",
    summary: "Put another value into an atomic if it holds the expected one; gives whether it did.",
    params: [handle, req("expected", t.int), req("new_value", t.int)],
    returns: t.bool,
    effect: "task",
    run: (_context, atomic, expected, value) => {
      if (!equal(atomic.value, expected)) return false;
      atomic.value = value;
      return true;
    },
  }),
];
