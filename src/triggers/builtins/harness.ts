import { declare, rest, t } from "../../builtin/index.ts";
import { valueOfJson } from "../../eventlog/index.ts";
import { runtimeError, type Value } from "../../value/index.ts";
import { reportJson } from "../harness/report.ts";
import { scenarios } from "../harness/scenarios.ts";
import { Stage } from "../harness/stage.ts";
import { triggerService } from "../key.ts";

const triggers = declare("triggers");
const usualStart = "2026-04-19T00:00:00Z";

export const harnessBuiltins = [
  triggers({
    name: "trigger_test_harness",
    summary: "Plays a named scenario of triggers on a clock of its own, and tells what happened.",
    params: [rest("args", t.any)],
    returns: t.dict,
    effect: "state",
    lenient: true,
    run(context, name: Value | undefined) {
      if (typeof name !== "string") throw runtimeError("trigger_test_harness: missing fixture name");
      const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
      if (scenario === undefined) {
        const known = Object.keys(scenarios).join(", ");
        throw runtimeError(`trigger_test_harness: unknown trigger harness fixture '${name}' (known: ${known})`);
      }
      const { uuid } = context.service(triggerService);
      return context.async(async () => {
        const stage = new Stage(context, uuid, scenario.start ?? usualStart);
        return valueOfJson(reportJson(name, scenario.summary, await scenario.run(stage)));
      });
    },
  }),
];
