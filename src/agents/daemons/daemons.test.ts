import { expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

it("A daemon needs a task and a place; a loop by itself goes idle between its turns and keeps what it did", async () => {
  const { lines } = await runBody(
    `
pipeline main(task) {
  println(contains(unwrap_err(try { daemon_spawn(json_parse("{\\"task\\": \\"x\\"}")) }), "persist_path"))
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

it("P33: a daemon takes events in their order, refuses what its queue cannot hold, and goes on from its files", async () => {
  const { lines } = await runBody(
    `
fn until_seen(d, word) {
  var tries = 0
  while tries < 200 {
    if contains(json_stringify(daemon_snapshot(d).recorded_messages ?? []), word) { return true }
    sleep(5)
    tries = tries + 1
  }
  return false
}
pipeline main(task) {
  llm_mock({text: "on watch", match: "*"})
  let d = daemon_spawn({name: "lookout", task: "Watch.", provider: "mock", persist_path: "home", wake_interval_ms: 4, max_iterations: 100, event_queue_capacity: 2})
  daemon_trigger(d, "first sail")
  daemon_trigger(d, "second sail")
  println(try { daemon_trigger(d, "third sail"); "taken" } catch (e) { contains(to_string(e), "queue") })
  println(until_seen(d, "second sail"))
  let said = json_stringify(daemon_snapshot(d).recorded_messages)
  println(said.split("first sail")[0].contains("second sail"))
  println([daemon_stop(d).status, daemon_stop(d).status])
  println(is_err(try { daemon_trigger(d, "late") }))
  println(daemon_resume("home").status)
}`,
    { fliesThroughTimers: true },
  );
  expect(lines).toEqual(["true", "true", "false", "[stopped, stopped]", "true", "running"]);
});

it("a loop by itself wakes for its timer and for its files, and ends when it has looked in vain too often", async () => {
  const { lines, events } = await runBody(
    `
pipeline main(task) {
  write_file("tide.txt", "low")
  llm_mock({text: "quiet", match: "*"})
  let heard = { r -> transcript_messages(r.transcript).filter({ m -> m.role == "user" }).map({ m -> m.content.split("\\"")[1] ?? m.content }) }
  let timed = agent_loop("Poll.", nil, {provider: "mock", daemon: true, max_iterations: 2, wake_interval_ms: 250})
  println([timed.status, heard(timed)])
  let rising = spawn {
    sleep(1500)
    write_file("tide.txt", "higher")
  }
  let watching = agent_loop("Watch.", nil, {provider: "mock", daemon: true, max_iterations: 2, watch_paths: ["tide.txt", "nothing.txt"], idle_watchdog_attempts: 40})
  println([watching.status, heard(watching)])
  await(rising)
  let tired = agent_loop("Watch.", nil, {provider: "mock", daemon: true, watch_paths: "tide.txt", idle_watchdog_attempts: 3})
  println([tired.status, tired.stop_reason, tired.llm.iterations])
  let busy = agent_loop("Poll.", nil, {provider: "mock", daemon: true, idle_watchdog_attempts: 2})
  println([busy.status, busy.llm.iterations])
}`,
    { fliesThroughTimers: true },
  );
  expect(lines[0]).toBe("[budget_exhausted, [Poll., timer, timer]]");
  expect(lines[1]).toMatch(/^\[(budget_exhausted|watchdog), \[Watch\./);
  expect(lines.slice(2)).toEqual(["[watchdog, idle_watchdog, 1]", "[watchdog, 2]"]);
  const tripped = events.flatMap((event) => (event.type === "daemon_watchdog_tripped" ? [event.attempts] : []));
  expect(tripped.slice(-2)).toEqual([3, 2]);
});
