import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { runLoop } from "../loop/loop.ts";
import { defaultValidation, validatorDefault } from "../loop/structural-validator.ts";
import { agentService } from "../service.ts";

const agents = declare("agent-harn");

export const loopBuiltins: readonly Builtin[] = [
  agents({
    name: validatorDefault,
    summary: "The end of a chain of structural validators.",
    params: [opt("call", t.any)],
    returns: t.dict,
    run: () => defaultValidation(),
  }),
  agents({
    name: "agent_loop",
    summary: "Lets a model work on a task with tools, turn by turn, until it is done or a limit is reached.",
    params: [req("prompt", t.string), opt("system", t.string), opt("options", t.dict)],
    returns: t.dict,
    // Its model calls and what its tools do are effects of their own.
    effect: "state",
    run: (context, prompt, system, options) =>
      context.async(() => runLoop(context, context.service(agentService), { prompt, system, options })),
  }),
];
