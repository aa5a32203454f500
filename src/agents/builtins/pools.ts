import { type Builtin, declare, opt, t } from "../../builtin/index.ts";
import { list } from "../../llm/fields.ts";
import { runtimeError } from "../../value/index.ts";
import { agentService } from "../service.ts";

const internal = declare("internal");

/** What the library's pool module is made of. */
export const poolBuiltins: readonly Builtin[] = [
  internal({
    name: "__pool_create",
    summary: "Makes a pool and gives its snapshot.",
    params: [opt("options", t.any)],
    returns: t.dict,
    effect: "agent",
    run: (context, options) => context.service(agentService).pools.create(context, options ?? null),
  }),
  internal({
    name: "__pool_get",
    summary: "The pool of a name or id, or nil.",
    params: [opt("name", t.any)],
    effect: "state",
    run: (context, name) => {
      if (typeof name !== "string" || name === "") throw runtimeError("pool_get: name is required");
      return context.service(agentService).pools.get(name)?.snapshot() ?? null;
    },
  }),
  internal({
    name: "__pool_list",
    summary: "All pools, in the order they were made.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => list(context.service(agentService).pools.list()),
  }),
  internal({
    name: "__pool_submit",
    summary: "Gives a pool a closure to run, and gives a handle for it.",
    params: [opt("pool", t.any), opt("closure", t.any), opt("options", t.any)],
    returns: t.dict,
    effect: "agent",
    run: (context, pool, closure, options) => {
      const { pools } = context.service(agentService);
      const target = pool ?? null;
      return context.async(() => pools.submit(context, target, closure, options ?? null), pools.submitting(target));
    },
  }),
  internal({
    name: "__pool_wait",
    summary: "Waits for a task of a pool, or for each of a list.",
    params: [opt("handle", t.any)],
    effect: "agent",
    run: (context, handle) => {
      const { pools } = context.service(agentService);
      const target = handle ?? null;
      return context.async(() => pools.wait(context, target), pools.waiting(target));
    },
  }),
  internal({
    name: "__pool_size",
    summary: "How many tasks of a pool are queued or running.",
    params: [opt("pool_id", t.any)],
    returns: t.int,
    effect: "state",
    run: (context, id) => context.service(agentService).pools.size(typeof id === "string" ? id : ""),
  }),
  internal({
    name: "__pool_snapshot",
    summary: "A pool as it is now.",
    params: [opt("pool_id", t.any)],
    returns: t.dict,
    effect: "state",
    run: (context, id) => context.service(agentService).pools.snapshot(typeof id === "string" ? id : ""),
  }),
  internal({
    name: "__pool_simulate_restart",
    summary: "Forgets all pools, as a process that starts again does.",
    params: [],
    returns: t.nil,
    effect: "agent",
    run: (context) => {
      context.service(agentService).pools.forget();
      return null;
    },
  }),
];
