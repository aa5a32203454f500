import type { ResumeTriggers } from "../agents/index.ts";
import { readRegistration, type TriggerService } from "../triggers/index.ts";

/** Conditions name their own handler nowhere: the one that resumes a worker has no form that a program could write. */
const placeholder = "worker://__resume_auto_resume__";

/** Triggers that resume parked workers. Their events are those they name, else the kind itself. */
export function resumeTriggers(triggers: TriggerService): ResumeTriggers {
  return {
    register(id, workerId, trigger) {
      const spec = readRegistration(trigger.with("handler", placeholder), triggers.uuid);
      const events = spec.events.length > 0 ? spec.events : [spec.kind];
      const binding = triggers.register({
        ...spec,
        id,
        events,
        kind: "auto_resume",
        handler: { kind: "auto_resume", workerId },
      });
      return binding.version;
    },
    remove: (id) => {
      if (triggers.registry.bindings.some(({ spec, state }) => spec.id === id && state !== "terminated"))
        triggers.registry.deregister(id);
    },
  };
}
