import { type Builtin, declare, req, t } from "../../src/builtin/index.ts";
import { pureStdlib } from "../../src/stdlib/index.ts";
import { isInt } from "../../src/value/index.ts";
import { runProgram } from "../../src/vm/testing/run-program.ts";
import { Random } from "../fuzz/random.ts";
import type { Law } from "./law.ts";

/**
 * After a cancel is observed no effect begins in what was cancelled: programs made at random, in virtual time. A scope is a
 * task with everything that it started, or the body of a deadline. Its finalizers may have effects of their own.
 */

const testing = declare("testing");

interface Watched {
  readonly builtins: readonly Builtin[];
  /** Effects that began in a scope that had ended. */
  readonly late: string[];
  effects: number;
}

export function watched(): Watched {
  const ended = new Set<number>();
  let scopeCount = 0;
  const scopes = t.list;
  const watch: Watched = {
    late: [],
    effects: 0,
    builtins: [
      testing({
        name: "effect",
        summary: "Something happens, in these scopes.",
        params: [req("scopes", scopes)],
        run: (_context, list) => {
          watch.effects++;
          const over = list.toArray().filter((scope) => isInt(scope) && ended.has(Number(scope)));
          if (over.length > 0) watch.late.push(`effect in ended scope ${over.join(", ")}`);
          return null;
        },
      }),
      testing({
        name: "new_scope",
        summary: "A number for a scope: the same place may run often.",
        params: [],
        run: () => ++scopeCount,
      }),
      testing({
        name: "ended",
        summary: "The program knows that this scope has ended.",
        params: [req("scope", t.int)],
        run: (_context, scope) => {
          ended.add(Number(scope));
          return null;
        },
      }),
      testing({
        name: "call_three_times",
        summary: "Calls back from asynchronous code.",
        params: [req("callee", t.closure)],
        effect: "host",
        run: (context, callee) =>
          context.async(async () => {
            for (let round = 0; round < 3; round++) await context.callAsync(callee, []);
            return null;
          }),
      }),
      testing({
        name: "call_stubbornly",
        summary: "Calls back from asynchronous code that goes on whatever happens.",
        params: [req("callee", t.closure)],
        effect: "host",
        run: (context, callee) =>
          context.async(async () => {
            for (let round = 0; round < 4; round++) {
              await new Promise<void>((resolve) => context.host.clock.schedule(1, resolve));
              await context.callAsync(callee, []).catch(() => null);
            }
            return null;
          }),
      }),
    ],
  };
  return watch;
}

/** Programs whose every effect names the scopes that it is in. */
class Author {
  readonly #random: Random;
  #scopes = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  program(): string {
    const parts = Array.from({ length: 2 + this.#random.below(3) }, () => this.#cancelled([], 3));
    return `gen fn numbers(scopes) { for i in 1 to 5 { effect(scopes); sleep(1); effect(scopes); emit i } }
      gen fn relayed(scopes) { for n in numbers(scopes) { sleep(1); effect(scopes); emit n } }
      gen fn busy(scopes) {
        spawn { for i in 1 to 6 { sleep(1); effect(scopes) } }
        for i in 1 to 3 {
          parallel 2 { k -> sleep(1); effect(scopes) }
          call_three_times({ -> sleep(1); effect(scopes) })
          emit i
        }
      }
      pipeline main() {
        let ch = channel("ch", 2)
        let rare = channel("rare", 1)
        spawn { while true { sleep(7); send(rare, 1) } }
        spawn { while true { sleep(2); send(ch, 1) } }
        ${parts.join("\n")}
        sleep(60)
      }`;
  }

  #body(scopes: readonly string[], depth: number): string {
    const count = 1 + this.#random.below(4);
    return Array.from({ length: count }, () => this.#statement(scopes, depth)).join("\n");
  }

  #statement(scopes: readonly string[], depth: number): string {
    const effect = `effect([${scopes.join(", ")}])`;
    const numbers = `${this.#random.pick(["numbers", "numbers", "relayed", "busy"])}([${scopes.join(", ")}])`;
    const short = `sleep(${this.#random.below(4)})`;
    const inner = (): string => this.#body(scopes, depth - 1);
    const simple = [
      () => effect,
      () => effect,
      () => `${effect}; sleep(${this.#random.below(5)}); ${effect}`,
      () => `yield_now(); ${effect}`,
      () => `receive(ch); ${effect}`,
      () => `for n in ${numbers} { ${effect} }`,
      () => `for i in 1 to 4 { sleep(1); ${effect} }`,
      () => `call_three_times({ -> ${effect}; sleep(1); ${effect} })`,
      () => `call_stubbornly({ -> ${effect}; ${short}; ${effect} })`,
      () => `[1, 2].map({ x -> sleep(1); ${effect} })`,
      () => `for x in iter([1, 2, 3]).map({ x -> sleep(1); ${effect} }) { ${effect} }`,
      () => `for x in stream.merge(${numbers}, ch) { ${effect}; if x == 4 { break } }`,
      () => `select { v from ch { ${effect} } v from rare { ${effect} } }\n${effect}`,
      () => `select { v from rare { ${effect} } timeout ${this.#random.below(5)}ms { ${effect} } }`,
      () => `channel_select([rare, ch], ${this.#random.below(5)}); ${effect}`,
      () => this.#locked(`${effect}; ${short}; ${effect}`),
      () => `for x in stream.tap(${numbers}, { x -> ${short}; ${effect} }) { ${effect} }`,
      () => `stream.collect(stream.scan(${numbers}, 0, { s, x -> ${effect}; ${short}; s + x }))\n${effect}`,
      () => `stream.fold(stream.take_until(${numbers}, { x -> ${effect}; x == 4 }), 0, { s, x -> ${effect}; s })`,
      () => `for x in stream.zip(${numbers}, stream.interleave(${numbers}, ${numbers})) { ${effect} }`,
      () => `for x in stream.race(${numbers}, ${numbers}) { ${short}; ${effect} }`,
      () => `for x in stream.debounce(stream.throttle(${numbers}, 500), 1) { ${effect} }`,
      // Nobody closes these.
      () => `stream.first(${numbers}); ${effect}`,
      () => `stream.first(stream.merge(${numbers}, ${numbers})); ${short}; ${effect}`,
      () => `stream.first(stream.debounce(stream.tap(${numbers}, { x -> ${effect} }), 1)); ${effect}`,
      () => `let g = ${numbers}\ng.next()\n${short}\ng.next()\n${effect}`,
      () => `let s = ${numbers}\nparallel 2 { i -> s.next(); ${effect} }`,
      () => `let m = stream.merge(${numbers}, ${numbers})\nawait(spawn { stream.first(m) }); ${short}; stream.first(m)`,
      () => `parallel each stream.broadcast(${numbers}, 2) { s -> for x in s { ${short}; ${effect} } }`,
    ];
    const nested = [
      () => `spawn { ${inner()} }`,
      () => `await(spawn { ${inner()} })`,
      () => `parallel 3 { i -> ${inner()} }`,
      () => `parallel each [1, 2, 3] with { max_concurrent: 2 } { i -> ${inner()} }`,
      () => `for r in (parallel each [1, 2] { i -> ${inner()} } as stream) { ${effect} }`,
      () => `try { ${inner()} } finally { sleep(${this.#random.below(8)}) }`,
      () => `if true { defer { sleep(${this.#random.below(8)}) }\n ${inner()} }`,
      () => `mutex { ${inner()} }`,
      () => this.#locked(inner()),
      () => `select { v from rare { ${inner()} } v from ch { ${inner()} } }`,
      () => `for x in stream.take(stream.tap(${numbers}, { x -> ${inner()} }), 2) { ${inner()} }`,
      () => this.#cancelled(scopes, depth - 1),
    ];
    return depth > 0 && this.#random.below(2) === 0 ? this.#random.pick(nested)() : this.#random.pick(simple)();
  }

  /** With a permit; whoever does not get it in time goes on without. */
  #locked(body: string): string {
    const time = 1 + this.#random.below(8);
    const permit = this.#random.pick([
      `sync_mutex_acquire("m", ${time})`,
      `sync_semaphore_acquire("s", 2, ${1 + this.#random.below(2)}, ${time})`,
      'sync_semaphore_acquire("endless", 2, 1)',
      `sync_gate_acquire("g", 2, ${time})`,
      `sync_rwlock_acquire("d", "${this.#random.pick(["read", "write"])}", ${time})`,
    ]);
    return `if true { let p = ${permit}\ntry { ${body} } finally { if p != nil { sync_release(p) } } }`;
  }

  #cancelled(scopes: readonly string[], depth: number): string {
    if (this.#random.below(6) === 0) return this.#supervised(depth);
    const number = ++this.#scopes;
    const scope = `s${number}`;
    const body = this.#body([...scopes, scope], depth);
    const time = this.#random.below(9);
    const grace = this.#random.below(6);
    const task = `h${number}`;
    const way = this.#random.pick([
      `let ${task} = spawn { ${body} }\nsleep(${time})\ncancel(${task})\nended(${scope})`,
      `let ${task} = spawn { ${body} }\nsleep(${time})\ncancel_graceful(${task}, ${grace})\nended(${scope})`,
      `try { parallel_race([0, 1], { i -> if i == 0 { ${body} } else { sleep(${time}) } }) } catch (e) { if e == "Deadline exceeded" { throw e } }\nended(${scope})`,
      // Whoever catches inside what is over has to answer for it: only the outermost deadline is caught. Other errors may leave
      // it before its time, and then what was started in it goes on.
      scopes.length === 0
        ? `let t${number} = clock()
          try { deadline ${time + 1}ms { ${body} } } catch (e) {
            if e == "Deadline exceeded" && clock() - t${number} > ${time} { ended(${scope}) }
          }`
        : `deadline ${time + 1}ms { ${body} }`,
    ]);
    return `let ${scope} = new_scope()\n${way}`;
  }

  /** Supervised tasks belong to the program, whoever starts them: to no other scope. */
  #supervised(depth: number): string {
    const number = ++this.#scopes;
    const scope = `s${number}`;
    const children = ["a", "b"].slice(this.#random.below(2)).map((name) => {
      const mode = this.#random.pick(["always", "on_failure", "never"]);
      const fails = this.#random.below(2) === 0 ? `\nthrow "failed"` : "";
      const body = `${this.#body([scope], depth)}${fails}`;
      return `{name: "${name}", restart: {mode: "${mode}", max_restarts: 3, backoff_ms: 1}, task: { ctx -> ${body} }}`;
    });
    const strategy = this.#random.pick(["one_for_one", "one_for_all", "rest_for_one"]);
    return `let ${scope} = new_scope()
      let sup${number} = supervisor_start({name: "${scope}", strategy: "${strategy}", children: [${children.join(", ")}]})
      sleep(${this.#random.below(9)})
      supervisor_stop(sup${number}, ${this.#random.below(6)})
      ended(${scope})`;
  }
}

export const lateEffects: Law = {
  name: "no effect begins in what was cancelled",
  async faultOf(seed) {
    const text = new Author(seed).program();
    const watch = watched();
    const { result } = await runProgram(text, {
      patienceMs: 10_000,
      parts: [...pureStdlib, { builtins: watch.builtins }],
      ...(seed % 3 === 0 ? {} : { interleaving: seed }),
    });
    return watch.late.length === 0 && result === "nil" ? undefined : { what: [...watch.late, result].join("\n"), text };
  },
};
