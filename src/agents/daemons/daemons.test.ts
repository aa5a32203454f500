import { expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

it("A daemon needs a task and a place; a loop by itself goes idle between its turns and keeps what it did", async () => {
  const { lines } = await runBody(
    `
pipeline main(task) {
  println(contains(unwrap_err(try { daemon_spawn({task: "x"}) }), "persist_path"))
  llm_mock({text: "quiet", match: "*"})
  let r = agent_loop("Poll.", nil, {provider: "mock", daemon: true, max_iterations: 2, wake_interval_ms: 1, persist_path: "own.json"})
  let saved = json_parse(read_file("own.json"))
  println([r.status, r.daemon_state, r.daemon_snapshot_path, r.llm.iterations])
  println([saved._type, saved.daemon_state, saved.total_iterations])
}`,
    { fliesThroughTimers: true },
  );
  expect(lines).toEqual([
    "true",
    "[budget_exhausted, budget_exhausted, own.json, 2]",
    "[daemon_snapshot, budget_exhausted, 2]",
  ]);
});
