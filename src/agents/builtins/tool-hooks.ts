import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { lifecycleKey } from "../../lifecycle/index.ts";
import { isList, list, record } from "../../llm/fields.ts";
import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { readReminder, withReminder } from "../reminders/reminder.ts";
import { agentService } from "../service.ts";
import {
  cataloguesOf,
  matchRules,
  ofStacks,
  readCatalogue,
  registryOf,
  requireTag,
  summaryOf,
  withCatalogue,
} from "../tool-hooks/registry.ts";
import { readToolRule } from "../tool-hooks/rule.ts";

const toolHooks = declare("tool-hooks");
const registry = req("registry", t.dict);
const usualLifeMs = 300_000;

function stacksOf(given: Value | undefined): readonly string[] | undefined {
  if (typeof given === "string") return [given];
  return isList(given) ? given.toArray().filter((each) => typeof each === "string") : undefined;
}

/** Reminds the model of the session at work, if there is one, before its next answer. */
function injectReminder(context: CallContext, options: DictValue): Value {
  const builtin = "tool_hooks_inject_reminder";
  const body = options.get("body");
  if (typeof body !== "string" || body.trim() === "")
    throw thrown(`${builtin}: options.body must be a non-empty string`);
  const service = context.service(agentService);
  const reminder = readReminder(builtin, options, { newId: service.newId, source: "hook" });
  const session = service.sessions.get(service.currentSession(context.taskId) ?? "");
  const { events, replaced } = withReminder(session?.events ?? [], reminder);
  if (session !== undefined) session.events = events;
  return record({ reminder_id: reminder.get("id"), deduped_count: replaced, session_attached: session !== undefined });
}

function emitAudit(context: CallContext, kind: string, payload: Value): Value {
  if (kind.trim() === "") throw thrown("tool_hooks_emit_audit: kind must be a non-empty string");
  const { seq, pipeline_id } = context.service(lifecycleKey).audits.record(kind, jsonOfValue(payload));
  return record({ kind, payload, pipeline_id, seq });
}

export const toolHookBuiltins: readonly Builtin[] = [
  toolHooks({
    name: "tool_rule",
    summary: "A rule about commands: what it fits, why, and what to run instead.",
    params: [req("config", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, config) => readToolRule(context, config),
  }),
  toolHooks({
    name: "catalogue",
    summary: "Rules about commands that belong together.",
    params: [req("config", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, config) => readCatalogue(context, config),
  }),
  toolHooks({
    name: "tool_hooks_registry",
    summary: "A registry without catalogues.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: () => registryOf([]),
  }),
  toolHooks({
    name: "tool_hooks_register",
    summary: "The registry with a catalogue; one of the same id gives way.",
    params: [registry, req("catalogue", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, given, catalogue) => {
      const known = cataloguesOf("tool_hooks_register", given);
      requireTag("tool_hooks_register", "second", catalogue, "catalogue");
      return registryOf(withCatalogue(known, readCatalogue(context, catalogue)));
    },
  }),
  toolHooks({
    name: "tool_hooks_unregister",
    summary: "The registry without the catalogue of an id.",
    params: [registry, req("catalogue_id", t.string)],
    returns: t.dict,
    effect: "state",
    run: (_context, given, id) =>
      registryOf(cataloguesOf("tool_hooks_unregister", given).filter((each) => each.get("id") !== id)),
  }),
  toolHooks({
    name: "tool_hooks_filter",
    summary: "The registry with the catalogues of some stacks, and those for any.",
    params: [registry, opt("stacks", t.any)],
    returns: t.dict,
    effect: "state",
    run: (_context, given, stacks) => registryOf(ofStacks(cataloguesOf("tool_hooks_filter", given), stacksOf(stacks))),
  }),
  toolHooks({
    name: "tool_hooks_list",
    summary: "The catalogues of a registry in short.",
    params: [registry],
    returns: t.list,
    effect: "state",
    run: (_context, given) => list(cataloguesOf("tool_hooks_list", given).map(summaryOf)),
  }),
  toolHooks({
    name: "tool_hooks_match",
    summary: "The rules that fit a command, the most important first.",
    params: [registry, req("command", t.string), opt("context", t.any)],
    returns: t.list,
    effect: "state",
    run: (context, given, command, about) => {
      const catalogues = cataloguesOf("tool_hooks_match", given);
      return context.async(() => matchRules(context, catalogues, command, about ?? null));
    },
  }),
  toolHooks({
    name: "tool_hooks_emit_audit",
    summary: "Puts what became of a command on the record of the run's audits.",
    params: [req("kind", t.string), opt("payload", t.any)],
    returns: t.dict,
    effect: "state",
    run: (context, kind, payload) => emitAudit(context, kind, payload ?? null),
  }),
  toolHooks({
    name: "tool_hooks_inject_reminder",
    summary: "Reminds the model of the session at work.",
    params: [req("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: injectReminder,
  }),
  toolHooks({
    name: "__tool_hooks_classifier_cache_get",
    summary: "What a classifier has answered before, unless that is too old; nil then.",
    params: [req("key", t.string), opt("now_ms", t.int)],
    returns: t.any,
    effect: "state",
    run: (context, key, now) => context.service(agentService).classifications.get(key, timeOf(context, now)),
  }),
  toolHooks({
    name: "__tool_hooks_classifier_cache_put",
    summary: "Keeps a classifier's answer for some time: five minutes.",
    params: [req("key", t.string), req("value", t.any), opt("now_ms", t.int), opt("ttl_ms", t.int)],
    returns: t.nil,
    effect: "state",
    run: (context, key, value, now, life) => {
      const until = timeOf(context, now) + Number(life ?? usualLifeMs);
      context.service(agentService).classifications.put(key, value, until);
      return null;
    },
  }),
  toolHooks({
    name: "__tool_hooks_classifier_cache_clear",
    summary: "Forgets what classifiers have answered.",
    params: [],
    returns: t.nil,
    effect: "state",
    run: (context) => {
      context.service(agentService).classifications.clear();
      return null;
    },
  }),
];

function timeOf(context: CallContext, given: number | bigint | undefined): number {
  return given === undefined ? context.host.clock.now() : Number(given);
}
