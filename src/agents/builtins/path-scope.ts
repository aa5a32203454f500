import { type Builtin, declare, opt, t } from "../../builtin/index.ts";
import { agentService } from "../service.ts";
import { readPathScopeGuard } from "../tools/path-scope.ts";

const pathScope = declare("path-scope");

export const pathScopeBuiltins: readonly Builtin[] = [
  pathScope({
    name: "register_path_scope_guard",
    summary:
      'Keep the paths in calls of tools within the session\'s workspace anchor: calls that leave it are refused, or with `on_violation: "reminder"` told to the model. `arg_keys` name the arguments, `mount_modes` the mounted folders that count (extend, sandboxed). The last registration holds.',
    params: [opt("opts", t.nilable(t.dict))],
    returns: t.nil,
    effect: "state",
    run(context, options) {
      context.service(agentService).pathScopeGuard = readPathScopeGuard(options ?? undefined);
      return null;
    },
  }),
  pathScope({
    name: "clear_path_scope_guard",
    summary: "Let tools be called with any path again.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(agentService).pathScopeGuard = undefined;
      return null;
    },
  }),
];
