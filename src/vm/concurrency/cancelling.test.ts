import { describe, expect, it } from "vitest";
import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { pureStdlib } from "../../stdlib/index.ts";
import { isInt } from "../../value/index.ts";
import { runProgram } from "../testing/run-program.ts";

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

function watched(): Watched {
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
        run: (context, callee) =>
          context.async(async () => {
            for (let round = 0; round < 3; round++) await context.callAsync(callee, []);
            return null;
          }),
      }),
    ],
  };
  return watch;
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

/** Programs whose every effect names the scopes that it is in. */
class Author {
  readonly #dice: Dice;
  #scopes = 0;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  program(): string {
    const parts = Array.from({ length: 2 + this.#dice.below(3) }, () => this.#cancelled([], 3));
    return `gen fn numbers(scopes) { for i in 1 to 5 { effect(scopes); sleep(1); emit i } }
      pipeline main() {
        let ch = channel("ch", 2)
        spawn { while true { sleep(2); send(ch, 1) } }
        ${parts.join("\n")}
        sleep(60)
      }`;
  }

  #body(scopes: readonly string[], depth: number): string {
    const count = 1 + this.#dice.below(4);
    return Array.from({ length: count }, () => this.#statement(scopes, depth)).join("\n");
  }

  #statement(scopes: readonly string[], depth: number): string {
    const effect = `effect([${scopes.join(", ")}])`;
    const inner = (): string => this.#body(scopes, depth - 1);
    const simple = [
      () => effect,
      () => effect,
      () => `${effect}; sleep(${this.#dice.below(5)}); ${effect}`,
      () => `yield_now(); ${effect}`,
      () => `receive(ch); ${effect}`,
      () => `for n in numbers([${scopes.join(", ")}]) { ${effect} }`,
      () => `for i in 1 to 4 { sleep(1); ${effect} }`,
      () => `call_three_times({ -> ${effect}; sleep(1); ${effect} })`,
      () => `[1, 2].map({ x -> sleep(1); ${effect} })`,
      () => `for x in iter([1, 2, 3]).map({ x -> sleep(1); ${effect} }) { ${effect} }`,
      () => `for x in stream.merge(numbers([${scopes.join(", ")}]), ch) { ${effect}; if x == 4 { break } }`,
    ];
    const nested = [
      () => `spawn { ${inner()} }`,
      () => `await(spawn { ${inner()} })`,
      () => `parallel 3 { i -> ${inner()} }`,
      () => `parallel each [1, 2, 3] with { max_concurrent: 2 } { i -> ${inner()} }`,
      () => `for r in (parallel each [1, 2] { i -> ${inner()} } as stream) { ${effect} }`,
      () => `try { ${inner()} } finally { sleep(${this.#dice.below(8)}) }`,
      () => `if true { defer { sleep(${this.#dice.below(8)}) }\n ${inner()} }`,
      () => `mutex { ${inner()} }`,
      () => this.#cancelled(scopes, depth - 1),
    ];
    return depth > 0 && this.#dice.below(2) === 0 ? this.#dice.pick(nested)() : this.#dice.pick(simple)();
  }

  #cancelled(scopes: readonly string[], depth: number): string {
    const number = ++this.#scopes;
    const scope = `s${number}`;
    const body = this.#body([...scopes, scope], depth);
    const time = this.#dice.below(9);
    const grace = this.#dice.below(6);
    const task = `h${number}`;
    const way = this.#dice.pick([
      `let ${task} = spawn { ${body} }\nsleep(${time})\ncancel(${task})\nended(${scope})`,
      `let ${task} = spawn { ${body} }\nsleep(${time})\ncancel_graceful(${task}, ${grace})\nended(${scope})`,
      `try { parallel_race([0, 1], { i -> if i == 0 { ${body} } else { sleep(${time}) } }) } catch (e) { }\nended(${scope})`,
      // Whoever catches inside what is over has to answer for it: only the outermost deadline is caught.
      scopes.length === 0
        ? `try { deadline ${time + 1}ms { ${body} } } catch (e) { ended(${scope}) }`
        : `deadline ${time + 1}ms { ${body} }`,
    ]);
    return `let ${scope} = new_scope()\n${way}`;
  }
}

describe("after a cancel", () => {
  it("a finalizer may still pull, wait and call back", async () => {
    const text = `
      gen fn numbers(name) { for i in 1 to 3 { println(name, i); sleep(1); emit i } }
      let h = spawn {
        try { for n in numbers("body") { sleep(10) } } finally {
          for n in numbers("finally") { if n == 2 { break } }
          call_three_times({ -> sleep(1); for n in numbers("callback") { break } })
          for n in stream.merge(numbers("merged")) { break }
        }
        println("never")
      }
      sleep(5)
      cancel(h)
      sleep(50)
      println("end")`;
    const { lines, result } = await runProgram(text, { parts: [...pureStdlib, { builtins: watched().builtins }] });
    expect([result, ...lines]).toEqual([
      "nil",
      "body 1",
      "finally 1",
      "finally 2",
      "callback 1",
      "callback 1",
      "callback 1",
      "merged 1",
      "end",
    ]);
  });

  it.each(Array.from({ length: 80 }, (_, index) => index + 1))(
    "no effect begins in what was cancelled (%i)",
    async (seed) => {
      const text = new Author(seed).program();
      const watch = watched();
      const { result } = await runProgram(text, {
        patienceMs: 10_000,
        parts: [...pureStdlib, { builtins: watch.builtins }],
        ...(seed % 3 === 0 ? {} : { interleaving: seed }),
      });
      expect([watch.late, result], text).toEqual([[], "nil"]);
    },
  );
});
