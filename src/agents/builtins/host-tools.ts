import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import { enableHostTools, runHostCommand } from "../inbox/host-command.ts";
import { agentService } from "../service.ts";
import { present } from "./present.ts";

const tools = declare("tools");

/** Tools of a host that programs call as builtins. */
export const hostToolBuiltins: readonly Builtin[] = [
  tools({
    name: "hostlib_enable",
    summary:
      "Lets a program use a part of the host library: `{enabled, feature, newly_enabled}`. Nothing has to be let in here.",
    params: [req("feature", t.string)],
    returns: t.dict,
    effect: "state",
    examples: [['hostlib_enable("tools:deterministic").enabled', "true"]],
    run: (_context, feature) => enableHostTools(feature),
  }),
  tools({
    name: "hostlib_tools_run_command",
    summary:
      "Runs a command: `{argv | command, mode?, cwd?, env?, stdin?, timeout_ms?}`. With `background` it goes on beside the program and its end comes into the session's inbox; `background_after_ms` waits so long first.",
    params: [req("request", t.dict)],
    returns: t.dict,
    effect: "process",
    run: (context, request) => context.async(() => runHostCommand(context, context.service(agentService), request)),
  }),
  tools({
    name: "hostlib_tools_cancel_handle",
    summary:
      "Cancels work that was begun with `long_running` or `background`, which then tells nobody of its end: `{handle_id, cancelled}`.",
    params: [req("params", t.dict)],
    returns: t.dict,
    effect: "state",
    examples: [['hostlib_tools_cancel_handle({handle_id: "hso-0-0"}).cancelled', "false"]],
    run(context, params) {
      const handle_id = present("hostlib_tools_cancel_handle", "handle_id", params.get("handle_id"));
      return record({ handle_id, cancelled: context.service(agentService).longRunning.cancel(handle_id) });
    },
  }),
];
