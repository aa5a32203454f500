import { describe, expect, it } from "vitest";
import { pureStdlib } from "../../stdlib/index.ts";
import { type ProgramOptions, runProgram } from "../testing/run-program.ts";

/**
 * Programs made at random, on a clock that only moves when nothing else can happen: whatever the tasks do to each other,
 * nothing is lost and nobody waits for ever.
 */

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

/** Every other seed also decides the order in which ready tasks run. */
function orderOf(seed: number): ProgramOptions {
  return seed % 2 === 0 ? { interleaving: seed } : {};
}

class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

/** Something that lets other tasks run, or does not. */
function gap(dice: Dice): string {
  return dice.pick(["", "yield_now()", `sleep(${dice.below(4)})`, "sleep(1)", "yield_now(); yield_now()"]);
}

/** Ends some of the handles in `hs` at random times. */
function trouble(dice: Dice, handles: number): string {
  const one = (): string =>
    dice.pick([
      `cancel(hs[${dice.below(handles)}])`,
      `cancel(hs[${dice.below(handles)}])`,
      `cancel_graceful(hs[${dice.below(handles)}], ${1 + dice.below(5)})`,
      "yield_now()",
    ]);
  return Array.from({ length: 8 }, () => `${dice.pick(["sleep(1)", gap(dice)])}\n${one()}`).join("\n");
}

function messages(dice: Dice): { readonly text: string; readonly total: number } {
  const producers = 1 + dice.below(4);
  const each = 1 + dice.below(8);
  const take = [
    "atomic_add(sum, receive(ch) ?? 0)",
    "for v in ch { atomic_add(sum, v) }",
    "select { v from ch { atomic_add(sum, v ?? 0) } timeout 3ms { } }",
    "try { deadline 2ms { atomic_add(sum, receive(ch) ?? 0) } } catch (e) { }",
    "atomic_add(sum, try_receive(ch) ?? 0)",
    "for v in stream.take(stream.merge(ch, other), 2) { atomic_add(sum, v) }",
  ];
  const consumers = Array.from({ length: 2 + dice.below(3) }, () => {
    const rounds = Array.from({ length: 1 + dice.below(4) }, () => `${gap(dice)}\n${dice.pick(take)}`).join("\n");
    return `hs = hs + [spawn { ${rounds} }]`;
  });
  const sources = Array.from(
    { length: producers },
    (_, index) => `ps = ps + [spawn { for i in (1 to ${each}) { ${gap(dice)}\nsend(ch, i * ${10 ** index}) } }]`,
  );
  const text = `pipeline main() {
    let ch = channel("ch", ${1 + dice.below(3)})
    let other = channel("other", 1)
    let sum = atomic(0)
    var hs = []
    var ps = []
    ${[...consumers, ...sources].join("\n")}
    ${trouble(dice, consumers.length)}
    let drain = spawn { for v in ch { atomic_add(sum, v) } }
    for p in ps { await(p) }
    close_channel(ch)
    close_channel(other)
    await(drain)
    for h in hs { try { await(h) } catch (e) { } }
    println(atomic_get(sum))
  }`;
  let total = 0;
  for (let index = 0; index < producers; index++) total += 10 ** index * ((each * (each + 1)) / 2);
  return { text, total };
}

function locking(dice: Dice): string {
  const hold = `atomic_add(inside, 1)
    try {
      if atomic_get(inside) > 1 { println("two inside") }
      ${gap(dice)}
    } finally { atomic_add(inside, -1) }`;
  const enter = [
    `mutex { ${hold} }`,
    `let p = sync_mutex_acquire("__default__", ${dice.below(4)})\nif p != nil { try { ${hold} } finally { sync_release(p) } }`,
    `try { deadline 2ms { mutex { ${hold} } } } catch (e) { }`,
    'let r = sync_rwlock_acquire("doc", "read", 3)\nyield_now()\nif r != nil { sync_release(r) }',
    'let w = sync_rwlock_acquire("doc", "write", 3)\nyield_now()\nif w != nil { sync_release(w) }',
    'let s = sync_semaphore_acquire("pool", 3, 2)\nsleep(1)\nsync_release(s)',
  ];
  const tasks = Array.from({ length: 4 + dice.below(4) }, () => {
    const rounds = Array.from({ length: 1 + dice.below(3) }, () => `if true { ${gap(dice)}\n${dice.pick(enter)} }`);
    return `hs = hs + [spawn { ${rounds.join("\n")} }]`;
  });
  return `pipeline main() {
    let inside = atomic(0)
    var hs = []
    ${tasks.join("\n")}
    ${trouble(dice, tasks.length)}
    for h in hs { try { await(h) } catch (e) { } }
    for m in sync_metrics() { println(m.kind, m.current_held, m.current_queue_depth) }
    println("inside", atomic_get(inside), 0)
  }`;
}

function pulling(dice: Dice): { readonly text: string; readonly total: number } {
  const size = 4 + dice.below(8);
  const source = dice.pick([
    `numbers(${size})`,
    `stream.merge(numbers(${size}))`,
    `stream.race(numbers(${size}))`,
    `(parallel each (1 to ${size}) with { max_concurrent: 2 } { i -> ${gap(dice)}\ni } as stream)`,
  ]);
  const take = [
    "let c = stream.first(s)\natomic_add(sum, c ?? 0)",
    "try { deadline 2ms { atomic_add(sum, stream.first(s) ?? 0) } } catch (e) { }",
    ...(source.startsWith("stream")
      ? []
      : [
          "let a = s.next()\nif !a.done { atomic_add(sum, a.value) }",
          "try { deadline 2ms { let b = s.next(); if !b.done { atomic_add(sum, b.value) } } } catch (e) { }",
        ]),
  ];
  const consumers = Array.from({ length: 2 + dice.below(3) }, () => {
    const rounds = Array.from({ length: 1 + dice.below(3) }, () => `if true { ${gap(dice)}\n${dice.pick(take)} }`).join(
      "\n",
    );
    return `hs = hs + [spawn { ${rounds} }]`;
  });
  const text = `
  gen fn numbers(n) { for i in (1 to n) { ${gap(dice)}\nemit i } }
  pipeline main() {
    let s = ${source}
    let sum = atomic(0)
    var hs = []
    ${consumers.join("\n")}
    ${trouble(dice, consumers.length)}
    for h in hs { try { await(h) } catch (e) { } }
    for v in s { atomic_add(sum, v) }
    println(atomic_get(sum))
  }`;
  return { text, total: (size * (size + 1)) / 2 };
}

describe("whatever tasks do to each other", () => {
  it.each(seeds)("no message is lost or doubled (%i)", async (seed) => {
    const { text, total } = messages(new Dice(seed));
    const { lines, result } = await runProgram(text, {
      patienceMs: 10_000,
      parts: pureStdlib,
      ...orderOf(seed),
    });
    expect([lines, result], text).toEqual([[`${total}`], "nil"]);
  });

  it.each(seeds)("every permit comes back (%i)", async (seed) => {
    const text = locking(new Dice(seed));
    const { lines, result } = await runProgram(text, {
      patienceMs: 10_000,
      parts: pureStdlib,
      ...orderOf(seed),
    });
    expect(result, text).toBe("nil");
    for (const line of lines) expect(line, text).toMatch(/ 0 0$/);
  });

  it.each(seeds)("every element of a stream is pulled once (%i)", async (seed) => {
    const { text, total } = pulling(new Dice(seed));
    const { lines, result } = await runProgram(text, {
      patienceMs: 10_000,
      parts: pureStdlib,
      ...orderOf(seed),
    });
    expect([lines, result], text).toEqual([[`${total}`], "nil"]);
  });
});
