import { describe, expect, test } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";

async function asked(experiment: string, prompt = '"alpha\\n\\nbeta\\n\\ngamma"', system = '"SYS"'): Promise<unknown> {
  const { lines } = await runBody(`
    llm_mock({text: "a"})
    let failed = try { llm_call(${prompt}, ${system}, {provider: "mock", structural_experiment: ${experiment}}); nil } catch (e) { e }
    println(failed == nil ? json_stringify([llm_mock_calls()[0].system, llm_mock_calls()[0].messages.map({ m -> m.content })]) : json_stringify(to_string(failed)))`);
  return JSON.parse(lines.join("\n"));
}

describe("structural_experiment", () => {
  test("shuffles sections, the same way for the same seed", async () => {
    const first = await asked('"prompt_order_permutation(seed: 42)"');
    expect(first).toEqual(await asked('{name: "prompt_order_permutation", seed: 42}'));
    const [, [text]] = first as [string, [string]];
    expect(text).not.toBe("alpha\n\nbeta\n\ngamma");
    expect(text.split("\n\n").sort()).toEqual(["alpha", "beta", "gamma"]);
  });

  test.each([
    ['"doubled_prompt"', '"hi"', '"SYS"', ["SYS", ["hi", "hi", "hi"]]],
    ['"inverted_system"', '"user"', '"SYS"', ["user", ["SYS"]]],
    ['"inverted_system"', '"user"', "nil", [null, ["user"]]],
    ['{ ctx -> {system: "NEW " + ctx.system} }', '"user"', '"SYS"', ["NEW SYS", ["user"]]],
    ["{ _ctx -> nil }", '"user"', '"SYS"', ["SYS", ["user"]]],
    ['{ ctx -> ctx.messages + [{role: "user", content: "more"}] }', '"user"', "nil", [null, ["user", "more"]]],
    ['"nope"', '"user"', "nil", "unknown structural experiment `nope`"],
    ["{ _ctx -> 3 }", '"user"', "nil", expect.stringContaining("must return nil, a message list, or a dict")],
  ])("%s of %s", async (experiment, prompt, system, expected) => {
    expect(await asked(experiment, prompt, system)).toEqual(expected);
  });

  test("stands in the transcript of the call", async () => {
    const { lines } = await runBody(`
      llm_mock({text: "a"})
      let r = llm_call("q", nil, {provider: "mock", structural_experiment: {name: "mine", label: "mine!", args: {k: 1}, transform: { _ctx -> {metadata: {seen: true}} }}})
      let told = transcript_events_by_kind(r.transcript, "provider_payload")[0].metadata.structural_experiment
      println([told.name, told.label, told.args.k, told.metadata.details.seen])
      llm_mock({text: "a"})
      println(transcript_events_by_kind(llm_call("q", nil, {provider: "mock"}).transcript, "provider_payload")[0].metadata.structural_experiment)`);
    expect(lines).toEqual(["[mine, mine!, 1, true]", "nil"]);
  });
});
