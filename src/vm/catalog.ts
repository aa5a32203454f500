import type { CatalogPart } from "../builtin/index.ts";
import { atomicBuiltins } from "./concurrency/atomics.ts";
import { channelBuiltins, channelMethods } from "./concurrency/channels.ts";
import { circuitBuiltins } from "./concurrency/circuit-breaker.ts";
import { deadlineBuiltins } from "./concurrency/deadline.ts";
import { generatorMethods, yieldValue } from "./concurrency/generators.ts";
import { lockBuiltins } from "./concurrency/locks.ts";
import { parallelBuiltins } from "./concurrency/parallel.ts";
import { runtimeContextBuiltins } from "./concurrency/runtime-context.ts";
import { selectBuiltins } from "./concurrency/select.ts";
import { sharedBuiltins } from "./concurrency/shared-builtins.ts";
import { signalBuiltins } from "./concurrency/signals.ts";
import { stopwatchBuiltins } from "./concurrency/stopwatch.ts";
import { streamBuiltins, streamNamespace } from "./concurrency/streams.ts";
import { supervisorBuiltins } from "./concurrency/supervisors.ts";
import { taskBuiltins } from "./concurrency/tasks.ts";

/** The builtins and methods that are the machine's own: tasks, generators, channels, locks, deadlines. */
export const machineCatalog: CatalogPart = {
  builtins: [
    yieldValue,
    ...taskBuiltins,
    ...parallelBuiltins,
    ...deadlineBuiltins,
    ...channelBuiltins,
    ...selectBuiltins,
    ...signalBuiltins,
    ...atomicBuiltins,
    ...lockBuiltins,
    ...circuitBuiltins,
    ...stopwatchBuiltins,
    ...sharedBuiltins,
    ...streamBuiltins,
    ...supervisorBuiltins,
    ...runtimeContextBuiltins,
  ].map((builtin) => ({ ...builtin, isOfMachine: true })),
  globals: { stream: streamNamespace },
  methods: { generator: generatorMethods, stream: generatorMethods, channel: channelMethods },
};
