import { agentService } from "../agents/key.ts";
import type { Host, Services } from "../builtin/index.ts";
import { type ActiveLog, channelsKey } from "../eventlog/index.ts";
import type { Lifecycle } from "../lifecycle/index.ts";
import type { IdSource } from "../runtime/index.ts";
import { schedulerSettings, TriggerService } from "../triggers/index.ts";
import { handlerPorts } from "./trigger-handlers.ts";

export { resumeTriggers } from "./resume-triggers.ts";

export interface TriggerParts {
  readonly log: ActiveLog;
  readonly now: () => number;
  readonly machineNow: () => number;
  readonly ids: IdSource;
  readonly host: Host;
  readonly lifecycle: Lifecycle;
  readonly services: Services;
}

/** Triggers as this runtime has them: their queue, and the channels that they listen to. */
export function openTriggers({ log, now, machineNow, ids, host, lifecycle, services }: TriggerParts): TriggerService {
  const triggers = new TriggerService({
    log,
    now,
    machineNow,
    uuid: () => ids.uuid(),
    scheduler: schedulerSettings((name) => host.environment?.get(name)),
    ports: handlerPorts({ agents: () => services.use(agentService), lifecycle }),
  });
  services.use(channelsKey).bindings = () => triggers.channelBindings();
  return triggers;
}
