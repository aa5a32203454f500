import { describe, expect, it } from "vitest";
import { linesOf } from "../testing/run-program.ts";

describe("shared cells", () => {
  it("are found by scope and key; the first to open one gives its value", async () => {
    expect(
      await linesOf(`
        let a = shared_cell({scope: "process", key: "k", initial: 1})
        let b = shared_cell({scope: "process", key: "k", initial: 2})
        println(a, shared_get(b), shared_set(a, 5), shared_get(b))
        println(shared_get(shared_cell("bare", "default")), shared_get("bare"))
        println(await(spawn { shared_get(shared_cell({scope: "task", key: "mine", initial: "child"})) }))
        println(shared_get(shared_cell({scope: "task", key: "mine", initial: "parent"})))
      `),
    ).toEqual(["{_type: shared_cell, key: k, scope: process:process} 1 1 5", "default default", "child", "parent"]);
  });

  it("refuse a write after somebody else's, whatever the value", async () => {
    expect(
      await linesOf(`
        let c = shared_cell({key: "k", initial: 1})
        let before = shared_snapshot(c)
        println(before)
        shared_set(c, 2)
        shared_set(c, 1)
        println(shared_cas(c, before, 9), shared_cas(c, 1, 9), shared_get(c))
        println(shared_metrics(c))
      `),
    ).toEqual([
      "{_type: shared_snapshot, value: 1, version: 0}",
      "false true 9",
      "{cas_failure_count: 1, cas_success_count: 1, read_count: 2, stale_read_count: 1, version: 3, write_count: 3}",
    ]);
  });

  it("count correctly under contention", async () => {
    expect(
      await linesOf(`
        pipeline main() {
          let c = shared_cell({scope: "process", key: "sum", initial: 0})
          parallel 20 { i ->
            var done = false
            while !done {
              let s = shared_snapshot(c)
              yield_now()
              done = shared_cas(c, s, s.value + 1)
            }
          }
          println(shared_get(c))
        }
      `),
    ).toEqual(["20"]);
  });

  it("keep what they hold from being written through an alias", async () => {
    expect(
      await linesOf(`
        pipeline main() {
          var xs = [1]
          let c = shared_cell({key: "k", initial: xs})
          xs[0] = 2
          var ys = shared_get(c)
          ys[0] = 3
          println(shared_get(c), xs, ys)
        }
      `),
    ).toEqual(["[1] [2] [3]"]);
  });
});

describe("shared maps", () => {
  it("get, set, swap and delete", async () => {
    expect(
      await linesOf(`
        let m = shared_map({key: "m", initial: {a: 1}})
        println(shared_map_get(m, "a"), shared_map_get(m, "b"), shared_map_get(m, "b", 0))
        println(shared_map_set(m, "b", 2), shared_map_set(m, "b", 3), shared_map_entries(m))
        let s = shared_map_snapshot(m, "a")
        println(shared_map_cas(m, "a", s, 5), shared_map_cas(m, "a", s, 6), shared_map_cas(m, "a", 5, nil))
        println(shared_map_delete(m, "b"), shared_map_delete(m, "b"), shared_map_entries(m))
      `),
    ).toEqual(["1 nil 0", "nil 2 {a: 1, b: 3}", "true false true", "3 nil {}"]);
  });
});

describe("scopes", () => {
  it.each([
    ["task", "task:task_root"],
    ["task_group", "task_group:task_root"],
    ["task-group", "task-group:task_root"],
    ["process", "process:process"],
    ["mine", "mine:mine"],
  ])("%s", async (scope, id) => {
    expect(await linesOf(`println(shared_scope_id("${scope}"))`)).toEqual([id]);
  });

  it("of a branch is its group", async () => {
    expect(await linesOf("println(parallel 1 { i -> shared_scope_id() })")).toEqual([
      "[task_group:task_root:parallel:1]",
    ]);
  });

  it.each([
    ['shared_scope_id("tenant")', "shared_scope_id: tenant scope requires tenant_id in options or runtime context"],
    [
      'shared_cell({scope: "durable", key: "k"})',
      "shared_cell: durable shared state is explicit; use store_* or agent_state_* APIs",
    ],
    ["shared_cell({})", "shared_cell: key/name is required"],
    ["shared_get()", "shared_get: handle is required"],
    ["shared_cas(1, 2)", "shared_cas: requires handle, expected, and new value"],
    ['shared_get(shared_map("m"))', "shared_get: expected shared_cell handle"],
    ["shared_metrics({})", "shared_metrics: handle missing _type"],
  ])("refuse %s", async (expression, message) => {
    expect(await linesOf(`println(try { ${expression} })`)).toEqual([`Result.Err(Runtime error: ${message})`]);
  });
});

describe("mailboxes", () => {
  it("deliver by name, in order, and count", async () => {
    expect(
      await linesOf(`
        println(mailbox_lookup("desk"), mailbox_send("desk", 1), mailbox_receive("desk"))
        let box = mailbox_open({name: "desk", capacity: 1})
        let sender = spawn { mailbox_send("desk", "a"); mailbox_send("desk", "b") }
        println(mailbox_receive(box), mailbox_receive("desk"), await(sender), mailbox_try_receive(box))
        spawn { sleep(1); mailbox_close(box) }
        println(mailbox_receive(box), mailbox_close(box), mailbox_send(box, 1))
        println(mailbox_metrics("desk"))
        println(mailbox_metrics("none").capacity)
      `),
    ).toEqual([
      "nil false nil",
      "a b true nil",
      "nil false false",
      "{capacity: 1, closed: true, depth: 0, failed_send_count: 1, received_count: 2, sent_count: 2}",
      "0",
    ]);
  });
});

describe("mailbox_open", () => {
  it("takes nil as a name and as no wish for a capacity", async () => {
    expect(
      await linesOf(`
        println(mailbox_open(nil).key)
        mailbox_open("a", nil)
        println(mailbox_metrics("a").capacity)
      `),
    ).toEqual(["nil", "256"]);
  });

  it.each([
    ['"x"', "capacity must be an int, got string"],
    ["2.5", "capacity must be an int, got float"],
    ["0", "capacity must be >= 1"],
    ["-1", "capacity must be >= 1"],
  ])("refuses a capacity of %s", async (capacity, message) => {
    const refused = [`Result.Err(Runtime error: mailbox_open: ${message})`];
    expect(await linesOf(`println(try { mailbox_open("a", ${capacity}) })`)).toEqual(refused);
    expect(await linesOf(`println(try { mailbox_open({name: "a", capacity: ${capacity}}) })`)).toEqual(refused);
  });
});

describe("shared_metrics", () => {
  it("lists everything", async () => {
    expect(
      await linesOf(`
        shared_cell("c", 1)
        shared_map("m")
        mailbox_open("box")
        for row in shared_metrics() { println(row._type, row.scope, row.key) }
      `),
    ).toEqual([
      "shared_cell task_group:task_root c",
      "shared_map task_group:task_root m",
      "mailbox task_group:task_root box",
    ]);
  });
});
