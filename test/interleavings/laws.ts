import { pureStdlib } from "../../src/stdlib/index.ts";
import { runProgram } from "../../src/vm/testing/run-program.ts";
import { Random } from "../fuzz/random.ts";
import type { Law } from "./law.ts";

/**
 * Programs made at random, on a clock that only moves when nothing else can happen: whatever the tasks do to each other,
 * nothing is lost and nobody waits for ever.
 */

interface Program {
  readonly text: string;
  readonly isKept: (lines: readonly string[]) => boolean;
}

/** Something that lets other tasks run, or does not. */
function gap(random: Random): string {
  return random.pick(["", "yield_now()", `sleep(${random.below(4)})`, "sleep(1)", "yield_now(); yield_now()"]);
}

/** Ends some of the handles in `hs` at random times. */
function trouble(random: Random, handles: number): string {
  const one = (): string =>
    random.pick([
      `cancel(hs[${random.below(handles)}])`,
      `cancel(hs[${random.below(handles)}])`,
      `cancel_graceful(hs[${random.below(handles)}], ${1 + random.below(5)})`,
      "yield_now()",
    ]);
  return Array.from({ length: 8 }, () => `${random.pick(["sleep(1)", gap(random)])}\n${one()}`).join("\n");
}

function messages(random: Random): Program {
  const producers = 1 + random.below(4);
  const each = 1 + random.below(8);
  const take = [
    "atomic_add(sum, receive(ch) ?? 0)",
    "for v in ch { atomic_add(sum, v) }",
    "select { v from ch { atomic_add(sum, v ?? 0) } timeout 3ms { } }",
    "try { deadline 2ms { atomic_add(sum, receive(ch) ?? 0) } } catch (e) { }",
    "atomic_add(sum, try_receive(ch) ?? 0)",
    "for v in stream.take(stream.merge(ch, other), 2) { atomic_add(sum, v) }",
  ];
  const consumers = Array.from({ length: 2 + random.below(3) }, () => {
    const rounds = Array.from({ length: 1 + random.below(4) }, () => `${gap(random)}\n${random.pick(take)}`).join("\n");
    return `hs = hs + [spawn { ${rounds} }]`;
  });
  const sources = Array.from(
    { length: producers },
    (_, index) => `ps = ps + [spawn { for i in (1 to ${each}) { ${gap(random)}\nsend(ch, i * ${10 ** index}) } }]`,
  );
  const text = `pipeline main() {
    let ch = channel("ch", ${1 + random.below(3)})
    let other = channel("other", 1)
    let sum = atomic(0)
    var hs = []
    var ps = []
    ${[...consumers, ...sources].join("\n")}
    ${trouble(random, consumers.length)}
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
  return { text, isKept: (lines) => lines.join() === `${total}` };
}

function locking(random: Random): Program {
  const hold = `atomic_add(inside, 1)
    try {
      if atomic_get(inside) > 1 { println("two inside") }
      ${gap(random)}
    } finally { atomic_add(inside, -1) }`;
  const enter = [
    `mutex { ${hold} }`,
    `let p = sync_mutex_acquire("__default__", ${random.below(4)})\nif p != nil { try { ${hold} } finally { sync_release(p) } }`,
    `try { deadline 2ms { mutex { ${hold} } } } catch (e) { }`,
    'let r = sync_rwlock_acquire("doc", "read", 3)\nyield_now()\nif r != nil { sync_release(r) }',
    'let w = sync_rwlock_acquire("doc", "write", 3)\nyield_now()\nif w != nil { sync_release(w) }',
    'let s = sync_semaphore_acquire("pool", 3, 2)\nsleep(1)\nsync_release(s)',
  ];
  const tasks = Array.from({ length: 4 + random.below(4) }, () => {
    const rounds = Array.from(
      { length: 1 + random.below(3) },
      () => `if true { ${gap(random)}\n${random.pick(enter)} }`,
    );
    return `hs = hs + [spawn { ${rounds.join("\n")} }]`;
  });
  const text = `pipeline main() {
    let inside = atomic(0)
    var hs = []
    ${tasks.join("\n")}
    ${trouble(random, tasks.length)}
    for h in hs { try { await(h) } catch (e) { } }
    for m in sync_metrics() { println(m.kind, m.current_held, m.current_queue_depth) }
    println("inside", atomic_get(inside), 0)
  }`;
  return { text, isKept: (lines) => lines.every((line) => line.endsWith(" 0 0")) };
}

function pulling(random: Random): Program {
  const size = 4 + random.below(8);
  const source = random.pick([
    `numbers(${size})`,
    `stream.merge(numbers(${size}))`,
    `stream.race(numbers(${size}))`,
    `(parallel each (1 to ${size}) with { max_concurrent: 2 } { i -> ${gap(random)}\ni } as stream)`,
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
  const consumers = Array.from({ length: 2 + random.below(3) }, () => {
    const rounds = Array.from(
      { length: 1 + random.below(3) },
      () => `if true { ${gap(random)}\n${random.pick(take)} }`,
    ).join("\n");
    return `hs = hs + [spawn { ${rounds} }]`;
  });
  const text = `
  gen fn numbers(n) { for i in (1 to n) { ${gap(random)}\nemit i } }
  pipeline main() {
    let s = ${source}
    let sum = atomic(0)
    var hs = []
    ${consumers.join("\n")}
    ${trouble(random, consumers.length)}
    for h in hs { try { await(h) } catch (e) { } }
    for v in s { atomic_add(sum, v) }
    println(atomic_get(sum))
  }`;
  const total = (size * (size + 1)) / 2;
  return { text, isKept: (lines) => lines.join() === `${total}` };
}

/** A law about the lines that a program writes; every other seed also decides the order in which ready tasks run. */
function law(name: string, write: (random: Random) => Program): Law {
  return {
    name,
    async faultOf(seed) {
      const { text, isKept } = write(new Random(seed));
      const { lines, result } = await runProgram(text, {
        patienceMs: 10_000,
        parts: pureStdlib,
        ...(seed % 2 === 0 ? { interleaving: seed } : {}),
      });
      if (result === "nil" && isKept(lines)) return undefined;
      return { what: [...lines, result].join("\n"), text };
    },
  };
}

export const laws: readonly Law[] = [
  law("no message is lost or doubled", messages),
  law("every permit comes back", locking),
  law("every element of a stream is pulled once", pulling),
];
