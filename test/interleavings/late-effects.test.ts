import { describe, expect, it } from "vitest";
import { pureStdlib } from "../../src/stdlib/index.ts";
import { runProgram } from "../../src/vm/testing/run-program.ts";
import { watched } from "./late-effects.ts";

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

  it("asynchronous code whose first callback never began does not call back again", async () => {
    const watch = watched();
    const text = `
      let late = new_scope()
      try {
        deadline 2ms {
          try { sleep(5) } catch (e) { }
          call_three_times({ -> effect([late]) })
        }
      } catch (e) { println("over") }
      sleep(5)`;
    const { lines } = await runProgram(text, { parts: [...pureStdlib, { builtins: watch.builtins }] });
    expect([watch.effects, ...lines]).toEqual([0, "over"]);
  });

  it("what a task pulls stops with it when its deadline is over, in whatever order tasks run", async () => {
    const text = `
      gen fn numbers(scopes) { for i in 1 to 20 { effect(scopes); sleep(1); emit i } }
      let late = new_scope()
      try {
        deadline 9ms {
          await(spawn { for x in stream.debounce(stream.merge(numbers([late]), numbers([late])), 1) { } })
        }
      } catch (e) { ended(late) }
      sleep(20)`;
    for (let interleaving = 1; interleaving <= 40; interleaving++) {
      const watch = watched();
      await runProgram(text, { parts: [...pureStdlib, { builtins: watch.builtins }], interleaving });
      expect(watch.late).toEqual([]);
      expect(watch.effects).toBeGreaterThan(4);
    }
  });

  // Pulled without anybody who would close it: `stream.first`, `next`, one of several that share a source.
  const pulls = [
    "stream.first(numbers([late]))",
    "numbers([late]).next()",
    "stream.first(relayed([late]))",
    "stream.first(busy([late]))",
    "await(spawn { stream.first(numbers([late])) })",
    "stream.first(stream.merge(numbers([late]), relayed([late])))",
    "let m = stream.merge(numbers([late]), busy([late]))\nawait(spawn { stream.first(m) })\nsleep(20)",
    "parallel each stream.broadcast(numbers([late]), 2) { s -> for x in s { sleep(3) } }",
  ];
  const ends = [
    (pull: string) => `let h = spawn { ${pull} }\nsleep(4)\ncancel(h)\nended(late)`,
    (pull: string) => `try { deadline 4ms { ${pull} } } catch (e) { ended(late) }`,
    (
      pull: string,
    ) => `try { parallel_race([0, 1], { i -> if i == 0 { ${pull}\nsleep(20) } else { sleep(4) } }) } catch (e) { }
       ended(late)`,
  ];
  it.each(pulls.flatMap((pull) => ends.map((end) => [end(pull)])))(
    "nothing that was pulled goes on: %s",
    async (text) => {
      for (let interleaving = 1; interleaving <= 8; interleaving++) {
        const watch = watched();
        const program = `
        gen fn numbers(scopes) { for i in 1 to 9 { effect(scopes); sleep(3); effect(scopes); sleep(3); effect(scopes); emit i } }
        gen fn relayed(scopes) { for n in numbers(scopes) { sleep(1); effect(scopes); emit n } }
        gen fn busy(scopes) {
          spawn { for i in 1 to 20 { sleep(1); effect(scopes) } }
          parallel 2 { k -> sleep(3); effect(scopes); sleep(3); effect(scopes) }
          call_three_times({ -> sleep(3); effect(scopes) })
          emit 1
          sleep(3)
          emit 2
        }
        let late = new_scope()
        ${text}
        sleep(60)`;
        const { result } = await runProgram(program, {
          parts: [...pureStdlib, { builtins: watch.builtins }],
          interleaving,
          patienceMs: 1000,
        });
        expect([result, watch.late]).toEqual(["nil", []]);
        expect(watch.effects).toBeGreaterThan(0);
      }
    },
  );
});
