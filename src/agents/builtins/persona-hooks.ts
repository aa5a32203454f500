import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { personaHooksKey, readPersonaHook } from "../persona-hooks/registry.ts";

const workflow = declare("workflow");
const persona = req("persona_pattern", t.string);
const event = req("event", t.string);
const handler = req("handler", t.any);

export const personaHookBuiltins: readonly Builtin[] = [
  workflow({
    name: "register_persona_hook",
    summary: "Asks a closure at an event of the personas whose names fit a pattern.",
    params: [persona, event, handler],
    returns: t.nil,
    effect: "agent",
    run: (context, pattern, name, asked) => {
      const hook = readPersonaHook("register_persona_hook", { persona: pattern, event: name, handler: asked });
      context.service(personaHooksKey).add(hook);
      return null;
    },
  }),
  workflow({
    name: "register_step_hook",
    summary: "Asks a closure before or after the steps whose names fit a pattern, in personas that fit another.",
    params: [persona, req("step_name", t.string), event, handler],
    returns: t.nil,
    effect: "agent",
    run: (context, pattern, step, name, asked) => {
      const hook = readPersonaHook("register_step_hook", { persona: pattern, step, event: name, handler: asked });
      context.service(personaHooksKey).add(hook);
      return null;
    },
  }),
  workflow({
    name: "clear_persona_hooks",
    summary: "Takes all persona and step hooks away.",
    params: [],
    returns: t.nil,
    effect: "agent",
    run: (context) => {
      context.service(personaHooksKey).clear();
      return null;
    },
  }),
];
