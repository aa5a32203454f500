import { describe, expect, test } from "vitest";
import { type CatalogPart, declare, opt, SUSPENDED, t } from "../../builtin/index.ts";
import { show } from "../../value/index.ts";
import { runProgram } from "../../vm/testing/run-program.ts";
import { activeWork, type DeclaredCallObserver, declaredCallObserverKey } from "./active-step.ts";
import { declaredCatalog } from "./builtins.ts";
import { DeclaredFunctions, declaredFunctionsKey, nameUnder } from "./declared-functions.ts";

/** Lets a program say what it works in. */
const working: CatalogPart = {
  builtins: [
    declare("testing")({
      name: "working",
      summary: "The persona and the step in force.",
      params: [opt("label", t.string)],
      run(context) {
        const { persona, step } = activeWork(context);
        return `${persona ? nameUnder(persona, "persona") : "-"}/${step ? nameUnder(step, "step") : "-"}`;
      },
    }),
  ],
};

const plain: DeclaredCallObserver = { around: (context, call) => call.run(context) };

async function run(text: string, observer = plain) {
  const declared = new DeclaredFunctions();
  const services = new Map<string, unknown>([
    [declaredFunctionsKey.name, declared],
    [declaredCallObserverKey.name, observer],
  ]);
  const { lines, result } = await runProgram(text, { parts: [declaredCatalog, working], services });
  return { lines, result, declared };
}

describe("what a program declares by attributes", () => {
  test("is known with its arguments, words as text, before the program runs", async () => {
    const { declared, result } = await run(`
      @acp_tool(name: "look", kind: read, tags: [a.b, 2, 1.5], limits: {deep: true, none: nil})
      fn look(path) { return path }
      @trigger(id: "t1", schedule: schedule("0 9 * * *"))
      @trigger("second")
      fn watch() { return 1 }
      @deprecated(use: "look")
      fn old() { return 1 }
      pipeline main(task) { look("here") }`);
    expect(result).toBe("here");
    expect(declared.with("acp_tool").map((tool) => [tool.name, nameUnder(tool, "acp_tool")])).toEqual([
      ["look", "look"],
    ]);
    expect(show(declared.with("acp_tool")[0]?.attributes[0]?.arguments ?? null)).toBe(
      "{kind: read, limits: {deep: true, none: nil}, name: look, tags: [a.b, 2, 1.5]}",
    );
    const [watch] = declared.with("trigger");
    expect(watch?.attributes.map((attribute) => show(attribute.arguments))).toEqual([
      "{id: t1, schedule: {arguments: {0: 0 9 * * *}, call: schedule}}",
      "{0: second}",
    ]);
    expect(declared.with("deprecated")).toEqual([]);
  });

  test("a tool's handler is the function itself", async () => {
    const { declared } = await run("@acp_tool\nfn double(n) { return n * 2 }\npipeline main(task) { nil }");
    expect(show(declared.with("acp_tool")[0]?.callee ?? null)).toBe("<fn(n)>");
  });

  test("a name that is no text is not taken for one", async () => {
    const { declared } = await run("@step(name: 3)\nfn plan() { return 1 }\npipeline main(task) { nil }");
    expect(declared.with("step").map((step) => nameUnder(step, "step"))).toEqual(["plan"]);
  });

  test.each(["acp_tool", "acp_skill"])("@%s on anything but a function does not compile", async (name) => {
    const text = `@${name}(name: "x")\nstruct Net { mesh: int }\npipeline main(task) { nil }`;
    await expect(run(text)).rejects.toThrow(`@${name} can only be applied to function declarations`);
  });
});

describe("steps and personas", () => {
  const program = `
    @step(name: "plan")
    fn plan_step(text, more = text + "!") { return working() + " " + text + more }
    @persona(name: "captain")
    fn captain(task) { return [working(), plan_step(task), working()] }
    pipeline main(task) {
      println(working())
      println(plan_step("a"))
      println(plan_step("a", "b"))
      println(captain("c"))
      println(working())
    }`;

  test("hold for their calls, with checks and fallbacks of parameters outside", async () => {
    expect((await run(program)).lines).toEqual([
      "-/-",
      "-/plan aa!",
      "-/plan ab",
      "[captain/-, captain/plan cc!, captain/-]",
      "-/-",
    ]);
  });

  test("end when the call throws, waits, or is spread", async () => {
    const { lines } = await run(`
      @step(name: "risky")
      fn risky(...xs: list) {
        sleep(5)
        if len_of(xs) > 1 { throw working() }
        return working()
      }
      fn len_of(xs) { var n = 0; for _ in xs { n = n + 1 }; return n }
      pipeline main(task) {
        println(risky(1))
        println(try { risky(...[1, 2]) } catch (e) { "caught \${e}" })
        println(working())
      }`);
    expect(lines).toEqual(["-/risky", "caught -/risky", "-/-"]);
  });

  test("see the variables around them where they are local", async () => {
    const { lines } = await run(`
      pipeline main(task) {
        let base = 40
        @step(name: "local")
        fn add(n) { return base + n }
        println(add(2))
        println(add)
      }`);
    expect(lines).toEqual(["42", "<fn(n)>"]);
  });

  test("may be generators", async () => {
    const { lines } = await run(`
      @step(name: "count")
      fn count(n) { for i in 1 to n { yield i } }
      pipeline main(task) { for i in count(2) { println(i) } }`);
    expect(lines).toEqual(["1", "2"]);
  });

  test("an observer stands around each call, and may call the body again", async () => {
    const seen: string[] = [];
    const twice: DeclaredCallObserver = {
      around(context, { declared, args, run: body }) {
        seen.push(`${nameUnder(declared, "step")}(${args.map(show).join(", ")})`);
        const first = body(context);
        if (first === SUSPENDED) throw new Error("not in this test");
        return body(context);
      },
    };
    const { lines } = await run(
      `@step(name: "shout")
      fn shout(x) { println(x); return x }
      pipeline main(task) { println([shout(1), shout(2)]) }`,
      twice,
    );
    expect(seen).toEqual(["shout(1)", "shout(2)"]);
    expect(lines).toEqual(["1", "1", "2", "2", "[1, 2]"]);
  });
});
