import { describe, expect, it } from "vitest";
import { Catalog } from "../../builtin/index.ts";
import { machineCatalog } from "../catalog.ts";
import { linesOf } from "../testing/run-program.ts";
import { ambientContext } from "./ambient-context.ts";

describe("runtime context", () => {
  it("tells where a task was started", async () => {
    expect(
      await linesOf(`
        fn where() { let c = runtime_context(); println(c.task_id, c.task_name, c.parent_task_id, c.task_group_id, c.root_task_id) }
        where()
        await(spawn { where(); await(spawn { where() }) })
        parallel each [1] { x -> where(); parallel 1 { i -> where() } }
        parallel settle [1] { x -> where() }
        await(spawn { where() })
      `),
    ).toEqual([
      "task_root root nil nil task_root",
      "task_root:spawn:1 spawn task_root nil task_root",
      "task_root:spawn:1:spawn:1 spawn task_root:spawn:1 nil task_root",
      "task_root:parallel_each:1:0 parallel each task_root task_root:parallel_each:1 task_root",
      "task_root:parallel_each:1:0:parallel:2:0 parallel task_root:parallel_each:1:0 task_root:parallel_each:1:0:parallel:2 task_root",
      "task_root:parallel_settle:2:0 parallel settle task_root task_root:parallel_settle:2 task_root",
      "task_root:spawn:2 spawn task_root nil task_root",
    ]);
  });

  it("keeps values for each task; children begin with a copy", async () => {
    expect(
      await linesOf(`
        println(runtime_context_set("k", 1), runtime_context_set("k", 2))
        println(await(spawn { let before = runtime_context_get("k"); runtime_context_set("k", 3); [before, runtime_context_get("k")] }))
        println(runtime_context_get("k"), runtime_context_get("none"), runtime_context_get("none", "fallback"))
        gen fn inside() { runtime_context_set("k", "from a generator"); emit 1 }
        inside().next()
        println(runtime_context_values(), runtime_context_clear("k"), runtime_context_values())
      `),
    ).toEqual(["nil 1", "[2, 3]", "2 nil fallback", "{k: from a generator} from a generator {}"]);
  });

  it("names what runs and what is held", async () => {
    expect(
      await linesOf(`
        let h = spawn { sleep(5) }
        let p = sync_mutex_acquire("m")
        println(task_current().debug)
        await(h)
        sync_release(p)
        println(task_current().debug)
      `),
    ).toEqual([
      "{active_task_ids: [vm_task_1], cancelled: false, held_synchronization: [<sync_permit:mutex:m>], supervisors: [], waiting_reason: nil}",
      "{active_task_ids: [], cancelled: false, held_synchronization: [], supervisors: [], waiting_reason: nil}",
    ]);
  });

  it("has the fields that the rooms above know", async () => {
    const services = new Map([[ambientContext.name, { fields: () => ({ run_id: "run_7", tenant_id: "acme" }) }]]);
    const lines = await linesOf(
      'println(runtime_context().run_id, runtime_context().trace_id)\nprintln(shared_scope_id("run"), shared_scope_id("tenant"))',
      {
        services,
      },
    );
    expect(lines).toEqual(["run_7 nil", "run:run_7 tenant:acme"]);
  });
});

describe("the machine's catalogue", () => {
  it("declares every name once, with a summary", () => {
    const catalog = new Catalog([machineCatalog]);
    for (const builtin of catalog.builtins.values()) expect(builtin.summary).toMatch(/^[A-Z`].*[.!]$/);
  });
});
