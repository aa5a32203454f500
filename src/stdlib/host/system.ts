import { type Builtin, type CallContext, declare, t } from "../../builtin/index.ts";
import { DictValue, FloatValue, ListValue, type Value } from "../../value/index.ts";
import { need } from "./faults.ts";

const process = declare("process");

function reading(name: string, summary: string, read: (context: CallContext) => Value): Builtin {
  return process({ name: `__harness_system_${name}`, summary, params: [], returns: t.any, effect: "env", run: read });
}

/** The methods of `harness.system` that no ambient function stands for. What the host does not measure is nil or empty. */
export const systemBuiltins: readonly Builtin[] = [
  reading("cpu", "The processors: `{count, model, architecture}`.", (context) => {
    const system = need(context, "__harness_system_cpu", "system");
    return DictValue.of({
      count: system.cpuCount(),
      model: system.cpuModel() ?? null,
      architecture: system.architecture,
    });
  }),
  reading("memory", "The memory in bytes: `{total_bytes, free_bytes, used_bytes, used_fraction}`.", (context) => {
    const { totalBytes, freeBytes } = need(context, "__harness_system_memory", "system").memory();
    const used = totalBytes - freeBytes;
    return DictValue.of({
      total_bytes: totalBytes,
      free_bytes: freeBytes,
      used_bytes: used,
      used_fraction: new FloatValue(totalBytes === 0 ? 0 : used / totalBytes),
    });
  }),
  reading("gpus", "The graphics processors that the host knows of.", () => new ListValue([])),
  reading("temperature", "The temperature that the host measures, or nil.", () => null),
  reading("processes", "The processes that the host lets programs see: this one.", (context) => {
    const system = need(context, "__harness_system_processes", "system");
    return new ListValue([DictValue.of({ pid: system.processId })]);
  }),
];
