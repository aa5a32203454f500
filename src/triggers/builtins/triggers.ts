import { type Builtin, type CallContext, declare, type Outcome, rest, t } from "../../builtin/index.ts";
import {
  dispatchScope,
  type Json,
  type JsonObject,
  jsonOfValue,
  type LogEvent,
  type Topic,
  valueOfJson,
} from "../../eventlog/index.ts";
import { DictValue, ListValue, runtimeError, StructValue, typeName, type Value } from "../../value/index.ts";
import { type Binding, bindingSnapshot } from "../bindings/binding.ts";
import { readRegistration } from "../bindings/registration.ts";
import { RegistryError } from "../bindings/registry.ts";
import { HandlerScope } from "../dispatch/handlers.ts";
import { TriggerEventError } from "../events/event.ts";
import { providerCatalog } from "../events/providers.ts";
import { syntheticEvent } from "../events/synthetic.ts";
import { triggerService } from "../key.ts";
import { type FiredDispatch, type TriggerService, UnknownEventError } from "../service.ts";
import { actionGraphTopic, lifecycleTopic } from "../topics.ts";

const triggers = declare("triggers");

type Given = Value | undefined;

function lenient(
  name: string,
  summary: string,
  returns: typeof t.dict | typeof t.list,
  run: (context: CallContext, service: TriggerService, first: Given, second: Given) => Outcome,
): Builtin {
  return triggers({
    name,
    summary,
    params: [rest("args", t.any)],
    returns,
    effect: "state",
    lenient: true,
    run: (context, first: Given, second: Given) =>
      inWords(() => run(context, context.service(triggerService), first, second)),
  });
}

export const triggerBuiltins: readonly Builtin[] = [
  lenient("trigger_list", "The registered triggers, by id and version.", t.list, (_context, service) =>
    valueOfJson(service.registry.bindings.map((binding) => bindingSnapshot(binding, service.now))),
  ),
  lenient(
    "trigger_register",
    "Register a trigger: which events of a provider go to which handler.",
    t.dict,
    (_context, service, config) => {
      const binding = service.register(readRegistration(config ?? null, service.uuid));
      return valueOfJson(bindingSnapshot(binding, service.now));
    },
  ),
  lenient(
    "trigger_fire",
    "Dispatch an event to a trigger, as if it had come from the provider.",
    t.dict,
    (context, service, handle, event) => {
      const binding = namedBinding(service, "trigger_fire", handle);
      const given = eventGiven(event);
      return context.async(async () => {
        const fired = await firing(() =>
          service.fire(context, binding, syntheticEvent(given, { now: service.now, uuid: service.uuid })),
        );
        return handleValue(fired);
      });
    },
  ),
  lenient("trigger_replay", "Dispatch a recorded event again.", t.dict, (context, service, id) => {
    if (typeof id !== "string") throw runtimeError("trigger_replay: expected event id string");
    return context.async(async () => handleValue(await firing(() => service.replay(context, id), "trigger_replay")));
  }),
  lenient("trigger_inspect_dlq", "Events that no attempt could deliver.", t.list, (context, service) =>
    context.async(async () => valueOfJson(await service.deadLetters.pending())),
  ),
  lenient(
    "trigger_inspect_lifecycle",
    "What happened to triggers and their dispatches, all of it or one kind.",
    t.list,
    (context, service, kind) =>
      context.async(() =>
        records(service, lifecycleTopic, (event) => kind === undefined || kind === null || event.kind === kind),
      ),
  ),
  lenient(
    "trigger_inspect_action_graph",
    "The steps of dispatches as the action graph has them, all or those of a trace.",
    t.list,
    (context, service, trace) =>
      context.async(() =>
        records(
          service,
          actionGraphTopic,
          (event) => trace === undefined || trace === null || event.headers.trace_id === trace,
        ),
      ),
  ),
  triggers({
    name: "handler_context",
    summary: "What a handler knows about its dispatch; nil outside of one.",
    params: [],
    returns: t.nilable(t.dict),
    effect: "state",
    run(context) {
      const scope = context.scoped(dispatchScope);
      if (!(scope instanceof HandlerScope)) return null;
      return valueOfJson({
        agent: scope.agentId,
        action: scope.action,
        trace_id: scope.traceId,
        replay_of_event_id: scope.replayOfEventId ?? null,
        autonomy_tier: scope.tier,
        trigger_event: scope.event,
      });
    },
  }),
  triggers({
    name: "list_providers_native",
    summary: "The providers of events that are known, with what they need and offer.",
    params: [],
    returns: t.list,
    effect: "state",
    run: () => valueOfJson(providerCatalog),
  }),
];

async function records(service: TriggerService, topic: Topic, accepts: (event: LogEvent) => boolean): Promise<Value> {
  const events = (await service.log.get()?.readRange(topic, undefined, Number.MAX_SAFE_INTEGER)) ?? [];
  return new ListValue(
    events.filter(accepts).map((event) =>
      DictValue.of({
        kind: event.kind,
        headers: DictValue.of(event.headers),
        payload: valueOfJson(event.exactPayload()),
      }),
    ),
  );
}

/** Errors of the registry and of events in the words of the builtins. */
function inWords<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw worded(error, "trigger_fire");
  }
}

async function firing<T>(body: () => Promise<T>, builtin = "trigger_fire"): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw worded(error, builtin);
  }
}

function worded(error: unknown, builtin: string): unknown {
  if (error instanceof RegistryError) return runtimeError(`trigger stdlib: ${error.message}`);
  if (error instanceof UnknownEventError) return runtimeError(`${builtin}: ${error.message}`);
  if (!(error instanceof TriggerEventError)) return error;
  const isOwn = error.message.startsWith("trigger event ");
  return runtimeError(`${builtin}: ${isOwn ? "" : "trigger event parse error: "}${error.message}`);
}

function namedBinding(service: TriggerService, builtin: string, handle: Given): Binding {
  if (handle === undefined) throw runtimeError(`${builtin}: missing trigger handle`);
  if (typeof handle === "string") return service.registry.resolve(handle);
  if (!(handle instanceof DictValue))
    throw runtimeError(`${builtin}: expected trigger handle dict or id string, got ${typeName(handle)}`);
  const id = handle.get("id") ?? null;
  if (typeof id !== "string") throw runtimeError(`${builtin}: trigger handle is missing string field \`id\``);
  const version = handle.get("version") ?? null;
  return service.registry.resolve(id, typeof version === "number" ? version : undefined);
}

function eventGiven(event: Given): JsonObject {
  if (event === undefined) throw runtimeError("trigger_fire: missing trigger event");
  if (event instanceof DictValue || event instanceof StructValue) return jsonOfValue(event) as JsonObject;
  throw runtimeError("trigger_fire: trigger event must be a dict-like value");
}

const handleStatus = {
  succeeded: "dispatched",
  skipped: "dispatched",
  dlq: "dlq",
  failed: "failed",
  cancelled: "cancelled",
  waiting: "waiting",
} as const;

function handleValue({ outcome, binding, deadLetterId }: FiredDispatch): Value {
  const json: Record<string, Json> = {
    event_id: outcome.eventId,
    binding_id: binding.spec.id,
    binding_version: binding.version,
    status: handleStatus[outcome.status],
    replay_of_event_id: outcome.replayOfEventId,
    dlq_entry_id: deadLetterId,
    error: outcome.error,
    result: outcome.result,
  };
  return valueOfJson(json);
}
