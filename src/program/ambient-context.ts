import type { AgentService } from "../agents/index.ts";
import type { CallContext } from "../builtin/index.ts";
import { dispatchScope, valueOfJson } from "../eventlog/index.ts";
import type { Lifecycle } from "../lifecycle/index.ts";
import type { Value } from "../value/index.ts";
import type { AmbientContext } from "../vm/index.ts";

/** What `runtime_context()` tells about the run, the agent session and the dispatch that a task works for. */
export function ambientFields(lifecycle: Lifecycle, agents: () => AgentService | undefined): AmbientContext {
  return {
    fields: (context) => ({
      ...filled("run_id", lifecycle.pipelineId),
      ...filled("agent_session_id", agents()?.currentSession(context.taskId)),
      ...dispatchFields(context),
    }),
  };
}

function dispatchFields(context: CallContext): Readonly<Record<string, Value>> {
  const scope = context.scoped(dispatchScope);
  if (scope === undefined) return {};
  return {
    trigger_id: scope.bindingId,
    // Not the key of records: this one has no letter before the version.
    binding_key: `${scope.bindingId}@${scope.bindingVersion}`,
    trigger_event_id: scope.eventId,
    trace_id: scope.traceId,
    provider: valueOfJson(scope.event.provider ?? null),
    tenant_id: valueOfJson(scope.event.tenant_id ?? null),
  };
}

function filled(name: string, value: string | null | undefined): Readonly<Record<string, Value>> {
  return value === null || value === undefined ? {} : { [name]: value };
}
