import { declare, req, t } from "../../builtin/index.ts";
import { valueOfJson } from "../../eventlog/index.ts";
import { Closure, ListValue, runtimeError, typeName, type Value } from "../../value/index.ts";
import { type AuditEntry, entryJson } from "../audit-log.ts";
import { lifecycleKey } from "../lifecycle.ts";

const workflow = declare("workflow");
const internal = declare("internal");

export const registrationBuiltins = [
  workflow({
    name: "pipeline_on_finish",
    summary:
      "Call `fn(harness, value)` after the program's body and before its value is handed out; what it returns is handed out instead.",
    params: [req("callback", t.any)],
    effect: "agent",
    run(context, callback) {
      if (!(callback instanceof Closure))
        throw runtimeError(`pipeline_on_finish: handler must be a closure, got ${typeName(callback ?? null)}`);
      context.service(lifecycleKey).onFinish(callback);
      return null;
    },
  }),
  workflow({
    name: "pipeline_lifecycle_audit_log_take",
    summary: "The audit entries of this run that were not taken yet; they are gone from the log then.",
    params: [],
    returns: t.list,
    effect: "agent",
    run: (context) => entriesValue(context.service(lifecycleKey).audits.take()),
  }),
  workflow({
    name: "pipeline_lifecycle_audit_log_snapshot",
    summary: "The audit entries of this run that were not taken yet.",
    params: [],
    returns: t.list,
    effect: "agent",
    run: (context) => entriesValue(context.service(lifecycleKey).audits.entries),
  }),
  internal({
    name: "__host_settlement_agent_active",
    summary: "Whether a settlement loop is at work.",
    params: [],
    returns: t.bool,
    effect: "agent",
    run: (context) => context.service(lifecycleKey).isSettling,
  }),
];

function entriesValue(entries: readonly AuditEntry[]): Value {
  return new ListValue(entries.map((entry) => valueOfJson(entryJson(entry))));
}
