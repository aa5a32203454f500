import { describe, expect, it } from "vitest";
import { MemoryEventLog, topic } from "../../eventlog/index.ts";
import { runBody } from "../testing/programs.ts";

const prelude = `
fn busy(options) {
  let pool = __pool_create(options)
  let gate = channel("gate")
  let first = __pool_submit(pool.id, { -> receive(gate) })
  return {pool: pool, gate: gate, first: first}
}
fn why(r) { return is_err(r) ? replace(to_string(unwrap_err(r)), "Runtime error: ", "") : "ok" }
`;

async function lines(body: string): Promise<readonly string[]> {
  const run = await runBody(`${prelude}\npipeline main(task) {\n${body}\n}`);
  return run.lines.map((line) => line.replace(/pool_[0-9a-f-]{36}/g, "P").replace(/ \(line \d+\)/g, ""));
}

function order(queue: string, submits: string): Promise<readonly string[]> {
  return lines(`
  let b = busy({name: "q", queue: ${queue}})
  let out = channel("out", 20)
  let handles = [${submits}].map({ s -> __pool_submit(b.pool.id, { -> send(out, s.n) }, s.o) })
  send(b.gate, 1)
  __pool_wait(handles)
  var got = []
  for i in 1 to len(handles) { got = got.push(receive(out)) }
  println(join(got, ","))`);
}

describe("pools", () => {
  it("P1, P14: refuse what they cannot mean", async () => {
    expect(
      await lines(`
  __pool_create({name: "a"})
  println(why(try { __pool_create({name: "a"}) }))
  for options in [{scope: "galaxy"}, {scope: "tenant"}, {max_concurrent: 0}, {queue: "zig"}, {backpressure: {kind: "queue"}}, {scope: "pipeline"}] {
    println(substring(why(try { __pool_create(options) }), 0, 75))
  }`),
    ).toEqual([
      "pool_create: pool 'a' already exists (id=P); use pool_get to reuse",
      "pool_create: unknown scope 'galaxy' (expected one of session/pipeline/tenan",
      "pool_create: scope 'tenant' is host-routed (harn-cloud, see harn-cloud#306)",
      "pool_create: max_concurrent must be >= 1",
      "pool_create: unknown queue strategy 'zig'",
      "pool_create: backpressure.max_depth is required",
      "pool_create: pipeline-scope pool requires a pipeline_id (or active workflow",
    ]);
  });

  it("P2: run the highest priority first, equals in their order", async () => {
    const submits = ["0", "5", "5", "10"].map((p, at) => `{n: "${p}#${at}", o: {priority: ${p}}}`).join(", ");
    expect(await order('"priority"', submits)).toEqual(["10#3,5#1,5#2,0#0"]);
  });

  it("P3: fifo, lifo and a turn for each key", async () => {
    const submits = ["A1", "A2", "B1", "B2"].map((n) => `{n: "${n}", o: {key: "${n[0]}"}}`).join(", ");
    expect(await order('"fifo"', submits)).toEqual(["A1,A2,B1,B2"]);
    expect(await order('"lifo"', submits)).toEqual(["B2,B1,A2,A1"]);
    expect(await order('"fair_round_robin"', submits)).toEqual(["A1,B1,A2,B2"]);
  });

  it("P4, P5: never run more than their limit, and say what waits", async () => {
    expect(
      await lines(`
  let pool = __pool_create({max_concurrent: 2})
  let gate = channel("gate", 5)
  let running = atomic(0)
  let most = atomic(0)
  let handles = [1, 2, 3, 4, 5].map({ _n -> __pool_submit(pool.id, { ->
    let now = atomic_add(running, 1) + 1
    if now > atomic_get(most) { atomic_set(most, now) }
    receive(gate)
    atomic_add(running, -1)
  }) })
  println(handles.map({ h -> h.status }))
  for _i in 1 to 5 { send(gate, 1) }
  __pool_wait(handles)
  println(atomic_get(most))`),
    ).toEqual(["[running, running, queued, queued, queued]", "2"]);
  });

  it("P6: run a closure once per idempotency key", async () => {
    expect(
      await lines(`
  let pool = __pool_create({})
  let runs = atomic(0)
  let a = __pool_submit(pool.id, { -> atomic_add(runs, 1) }, {idempotency_key: "k"})
  let b = __pool_submit(pool.id, { -> atomic_add(runs, 1) }, {id: "k"})
  __pool_wait([a, b])
  println("\${a.id == b.id} \${atomic_get(runs)}")`),
    ).toEqual(["true 1"]);
  });

  it("P7, P8, P9: refuse, drop or hold back what is too much", async () => {
    expect(
      await lines(`
  for policy in [{kind: "fail_fast"}, {kind: "queue", max_depth: 1, on_full: "fail_submitter"}] {
    let b = busy({backpressure: policy})
    let second = try { __pool_submit(b.pool.id, { -> 2 }) }
    let third = try { __pool_submit(b.pool.id, { -> 3 }) }
    println(split(why(is_err(second) ? second : third), ":")[0])
    send(b.gate, 1)
  }
  for policy in [{kind: "queue", max_depth: 1, on_full: "drop_newest"}, {kind: "queue", max_depth: 1, on_full: "drop_oldest"}, {kind: "ring_buffer", capacity: 1}] {
    let b = busy({backpressure: policy})
    let second = __pool_submit(b.pool.id, { -> 2 })
    let third = __pool_submit(b.pool.id, { -> 3 })
    send(b.gate, 1)
    println(__pool_wait([second, third]).map({ t -> t.rejection_reason ?? t.status }))
  }
  let b = busy({backpressure: {kind: "queue", max_depth: 1}})
  __pool_submit(b.pool.id, { -> 2 })
  let blocked = spawn { __pool_submit(b.pool.id, { -> 3 }) }
  yield_now()
  yield_now()
  println(__pool_snapshot(b.pool.id).blocked_submitters)
  send(b.gate, 1)
  println(__pool_wait(await(blocked)).result)`),
    ).toEqual([
      "HARN-POL-002",
      "HARN-POL-001",
      "[completed, drop_newest_queue_full]",
      "[drop_oldest_queue_full, completed]",
      "[ring_buffer_drop_oldest, completed]",
      "1",
      "3",
    ]);
  });

  it("P10, P45: a task that fails is a result, not an error of who waits", async () => {
    expect(
      await lines(`
  let pool = __pool_create({})
  let bad = __pool_submit(pool.id, { -> throw "boom" })
  let wrong = __pool_submit(pool.id, { x -> x })
  println(__pool_wait([bad, wrong]).map({ t -> t.status }))
  println(__pool_wait(bad).error)
  println(contains(__pool_wait(wrong).error, "expects 1 argument"))`),
    ).toEqual(["[failed, failed]", "Thrown: boom", "true"]);
  });

  it("P12: leave receipts in the event log", async () => {
    const log = new MemoryEventLog({ now: () => 0, queueDepth: 64 });
    await runBody(
      `${prelude}\npipeline main(task) {
  let b = busy({backpressure: {kind: "queue", max_depth: 1, on_full: "drop_oldest"}})
  __pool_submit(b.pool.id, { -> 2 })
  let last = __pool_submit(b.pool.id, { -> 3 })
  send(b.gate, 1)
  __pool_wait(last)
}`,
      { log },
    );
    const events = await log.readRange(topic("lifecycle.pool.audit"), undefined, 100);
    expect(events.map((event) => `${event.kind} ${event.headers.schema}`)).toEqual([
      "pool_submit harn.pool_submit.v1",
      "pool_dequeue harn.pool_dequeue.v1",
      "pool_submit harn.pool_submit.v1",
      "pool_submit harn.pool_submit.v1",
      "pool_drop harn.pool_drop.v1",
      "pool_dequeue harn.pool_dequeue.v1",
    ]);
  });

  it("P13: a pool of a pipeline outlives the process; what was not over is stale", async () => {
    expect(
      await lines(`
  let options = {name: "x", scope: "pipeline", pipeline_id: "p", dir: "pools"}
  let pool = __pool_create(options)
  let gate = channel("gate")
  __pool_submit(pool.id, { -> receive(gate) }, {idempotency_key: "z"})
  __pool_simulate_restart()
  let again = __pool_create(options)
  println("\${again.id == pool.id} \${contains(again.tasks[0].error, "reloaded as stale after process restart")}")
  println(__pool_submit(again.id, { -> 1 }, {idempotency_key: "z"}).status)`),
    ).toEqual(["true true", "failed"]);
  });
});
