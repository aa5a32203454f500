import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../builtin/index.ts";
import { callDict } from "../../llm/call/result.ts";
import { isDict, list, merged, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { isRegistry, readTools } from "../../llm/tools/registry.ts";
import { parseTaggedText } from "../../llm/tools/tagged-text.ts";
import { BuiltinValue, type DictValue, quoteJson, show, thrown, type Value } from "../../value/index.ts";
import { gateOf, toolPolicy } from "../permissions/gate-options.ts";
import { underPolicy } from "../permissions/scopes.ts";
import { agentService } from "../service.ts";
import { declareTool } from "../tools/declaration.ts";
import { type DispatchSettings, dispatchBatch, dispatchCall, readCall, readCalls } from "../tools/dispatch.ts";
import { readHook } from "../tools/hooks.ts";
import { outcomeDict } from "../tools/outcome.ts";
import { planArtifact, planEntries } from "../tools/plan.ts";
import {
  defineEntry,
  describeTools,
  emptyRegistry,
  entriesOf,
  findEntry,
  listed,
  requireRegistry,
  toolPrompt,
  toolSchema,
  withEntries,
  withEntry,
} from "../tools/registry.ts";
import { validateSurface } from "../tools/surface.ts";
import { callSynthesized, readSynthesis, synthesisDict, synthesizedToolsKey } from "../tools/synthesis.ts";
import { hosted } from "./hosted.ts";

const tools = declare("tools");
const agents = declare("agent-harn");
const workflow = declare("workflow");
const registryType = t.union(t.dict, t.closure);
const registry = req("registry", registryType);

function bound(entry: string, current: DictValue | undefined): DictValue {
  if (current !== undefined) return current;
  throw thrown(
    `${entry}: no tool registry bound to this scope. Call tool_bind(registry) first, or invoke inside an agent_loop.`,
  );
}

function boundEntry(builtin: string, current: DictValue | undefined, name: string): DictValue {
  const scope = bound(builtin, current);
  const found = findEntry(scope, name);
  if (found !== undefined) return found;
  const names = entriesOf(scope).map((entry) => textAt(entry, "name") ?? "");
  throw thrown(
    `${builtin}: unknown tool ${quoteJson(name)}. Registered tools: ${names.length === 0 ? "(none registered)" : names.join(", ")}`,
  );
}

/** The calls of `<tool_call>{JSON}</tool_call>` blocks. */
function parseJsonCalls(text: string): DictValue[] {
  return [...text.matchAll(/<tool_call>([\s\S]*?)<\/tool_call>/g)].flatMap((match) => {
    const parsed = tryParseJson((match[1] ?? "").trim());
    return isDict(parsed) ? [parsed] : [];
  });
}

/** What a second argument says of a surface stands beside the first. */
function withInput(surface: Value, input: Value): Value {
  if (!isDict(input)) return surface;
  return merged(isDict(surface) && !isRegistry(surface) ? surface : record({ tools: surface }), input);
}

/** Calls tools as a loop with these options would, under its policy. */
function dispatching(
  context: CallContext,
  tools: DictValue | undefined,
  options: DictValue | undefined,
  dispatch: (settings: DispatchSettings) => Promise<Value>,
): Outcome {
  const service = context.service(agentService);
  const settings = { service, tools: readTools(tools), gate: gateOf(service, options) };
  return context.async(() => underPolicy(context, toolPolicy(options), () => dispatch(settings)));
}

export const toolBuiltins: readonly Builtin[] = [
  tools({
    name: "%tool",
    summary: "What a tool declaration evaluates to.",
    params: [
      req("name", t.string),
      req("description", t.string),
      req("params", t.list),
      req("handler", t.closure),
      req("returns", t.any),
    ],
    returns: t.record("ToolRegistry"),
    effect: "state",
    run: (context, name, description, params, handler, returns) =>
      declareTool(context.service(agentService).declared, {
        name,
        description,
        params: params.toArray(),
        handler,
        returns,
      }),
  }),
  tools({
    name: "tool_registry",
    summary: "A registry without tools.",
    params: [],
    returns: t.record("ToolRegistry"),
    examples: [["tool_registry().tools", "[]"]],
    run: () => emptyRegistry(),
  }),
  tools({
    name: "tool_define",
    summary: "A registry with one more tool; one of the same name gives way.",
    params: [registry, req("name", t.string), req("description", t.string), req("config", t.dict)],
    returns: t.dict,
    run: (_context, target, name, description, config) =>
      withEntry(requireRegistry("tool_define", target), defineEntry(name, description, config)),
  }),
  tools({
    name: "tool_list",
    summary: "The tools without their handlers.",
    params: [registry],
    returns: t.list,
    examples: [["tool_list(tool_registry())", "[]"]],
    run: (_context, target) => list(listed(requireRegistry("tool_list", target))),
  }),
  tools({
    name: "tool_find",
    summary: "The tool of a name, or nil.",
    params: [registry, req("name", t.string)],
    returns: t.nilable(t.dict),
    examples: [['tool_find(tool_registry(), "absent")', "nil"]],
    run: (_context, target, name) => findEntry(requireRegistry("tool_find", target), name) ?? null,
  }),
  tools({
    name: "tool_select",
    summary: "A registry of the named tools alone.",
    params: [registry, req("names", t.list)],
    returns: t.dict,
    run: (_context, target, names) => {
      const wanted = new Set(names.toArray());
      const base = requireRegistry("tool_select", target);
      return withEntries(
        base,
        entriesOf(base).filter((entry) => wanted.has(textAt(entry, "name") ?? "")),
      );
    },
  }),
  tools({
    name: "tool_remove",
    summary: "A registry without the tool of a name.",
    params: [registry, req("name", t.string)],
    returns: t.dict,
    run: (_context, target, name) => {
      const base = requireRegistry("tool_remove", target);
      return withEntries(
        base,
        entriesOf(base).filter((entry) => textAt(entry, "name") !== name),
      );
    },
  }),
  tools({
    name: "tool_count",
    summary: "How many tools there are.",
    params: [registry],
    returns: t.int,
    examples: [["tool_count(tool_registry())", "0"]],
    run: (_context, target) => entriesOf(requireRegistry("tool_count", target)).length,
  }),
  tools({
    name: "tool_describe",
    summary: "The tools as text, a line each.",
    params: [registry],
    returns: t.string,
    run: (_context, target) => describeTools(requireRegistry("tool_describe", target)),
  }),
  tools({
    name: "tool_prompt",
    summary: "Instructions for a model that calls tools by text.",
    params: [registry],
    returns: t.string,
    run: (_context, target) => toolPrompt(requireRegistry("tool_prompt", target)),
  }),
  tools({
    name: "tool_schema",
    summary: "The tools with their schemas.",
    params: [registry, opt("components", t.dict)],
    returns: t.dict,
    run: (_context, target, components) => toolSchema(requireRegistry("tool_schema", target), components),
  }),
  tools({
    name: "tool_parse_call",
    summary: "The JSON calls in `<tool_call>` blocks of a text.",
    params: [req("text", t.string)],
    returns: t.list,
    run: (_context, text) => list(parseJsonCalls(text)),
  }),
  tools({
    name: "tool_format_result",
    summary: "A tool's result as text for a model.",
    params: [req("name", t.string), req("result", t.any)],
    returns: t.string,
    run: (_context, name, result) =>
      `<tool_result>{"name": ${quoteJson(name)}, "result": ${quoteJson(show(result))}}</tool_result>`,
  }),
  tools({
    name: "tool_bind",
    summary: "Makes a registry the one that `tool_ref` looks into, and gives the one before.",
    params: [opt("registry", registryType)],
    returns: t.nilable(t.dict),
    effect: "state",
    run: (context, target) => {
      const service = context.service(agentService);
      const before = service.boundTools;
      service.boundTools = target === undefined ? undefined : requireRegistry("tool_bind", target);
      return before ?? null;
    },
  }),
  tools({
    name: "tool_ref",
    summary: "The name of a tool that the bound registry has.",
    params: [req("name", t.string)],
    returns: t.string,
    effect: "state",
    run: (context, name) => {
      boundEntry("tool_ref", context.service(agentService).boundTools, name);
      return name;
    },
  }),
  tools({
    name: "tool_def",
    summary: "The entry of a tool that the bound registry has.",
    params: [req("name", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, name) => boundEntry("tool_def", context.service(agentService).boundTools, name),
  }),
  tools({
    name: "tool_surface_validate",
    summary:
      "What is odd about tools with their policies and prompts: `{valid, diagnostics: [{code, severity, message, …}]}`.",
    params: [opt("surface", t.any), opt("input", t.any)],
    returns: t.dict,
    run: (_context, surface, input) => validateSurface(withInput(surface ?? null, input ?? null)),
  }),
  tools({
    name: "tool_synthesize",
    summary: "A tool made from its description: it shows what it would do, or has a host or a server do it.",
    params: [req("spec", t.dict)],
    returns: t.closure,
    effect: "state",
    run: (context, spec) => {
      const tool = readSynthesis(spec);
      context.service(synthesizedToolsKey).add(tool);
      return new BuiltinValue("tool_synth_invoke", [tool.id]);
    },
  }),
  tools({
    name: "tool_synth_invoke",
    summary: "Calls a tool that this run synthesized, by its id.",
    params: [req("id", t.string), opt("args", t.any)],
    effect: "state",
    run: (context, id, args) => {
      const answer = callSynthesized(context, id, args ?? null);
      return answer instanceof Promise ? context.wait(answer) : answer;
    },
  }),
  tools({
    name: "tool_synthesis_cache",
    summary: "The tools that this run synthesized.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => list(context.service(synthesizedToolsKey).all().map(synthesisDict)),
  }),
  tools({
    name: "tool_synthesis_clear",
    summary: "Forgets the tools that this run synthesized.",
    params: [],
    returns: t.nil,
    effect: "state",
    run: (context) => {
      context.service(synthesizedToolsKey).clear();
      return null;
    },
  }),
  tools({
    name: "plan_artifact",
    summary:
      "A plan as an artifact (`harn.plan.v1`), from a dict with `steps`, `plan` or `tasks`, or from a list of steps.",
    params: [opt("plan", t.any), opt("tool", t.any)],
    returns: t.dict,
    run: (_context, plan) => planArtifact(plan ?? null),
  }),
  tools({
    name: "plan_entries",
    summary: "The steps of a plan: `{content, status}`, and `priority` where there is one.",
    params: [opt("plan", t.any)],
    returns: t.list,
    run: (_context, plan) => list(planEntries(plan ?? null)),
  }),
  tools({
    name: "__host_current_tool_registry",
    summary: "The registry that `tool_ref` looks into, or nil.",
    params: [],
    returns: t.nilable(t.dict),
    effect: "state",
    run: (context) => context.service(agentService).boundTools ?? null,
  }),
  workflow({
    name: "register_tool_hook",
    summary:
      "Has tool calls refused, changed, or their results cut: `{pattern: glob of the tool's name, deny: true or the reason, max_output: characters, pre: fn(call), post: fn(result)}`.",
    params: [req("config", t.any)],
    lenient: true,
    effect: "state",
    run: (context, config) => {
      // A guard that guards nothing should not go unseen.
      if (isDict(config)) context.service(agentService).toolHooks.add(readHook(config));
      else context.write("stderr", "[harn] warning: register_tool_hook: no hook, for want of a dict\n");
      return null;
    },
  }),
  workflow({
    name: "clear_tool_hooks",
    summary: "Takes all tool hooks away.",
    params: [],
    returns: t.nil,
    effect: "state",
    run: (context) => {
      context.service(agentService).toolHooks.clear();
      return null;
    },
  }),
  ...hosted(
    agents({
      name: "agent_parse_tool_calls",
      summary: "Calls, prose and marker of a model's text in the tagged protocol.",
      params: [req("text", t.string), opt("tools", t.dict)],
      returns: t.dict,
      effect: "state",
      run: (_context, text, target) => {
        const names = readTools(target).map((tool) => tool.name);
        const parsed = parseTaggedText(text, names);
        const calls = parsed.calls.map((call) => callDict(call));
        return record({
          calls: list(calls),
          tool_calls: list(calls),
          tool_parse_errors: list(parsed.errors),
          protocol_violations: list(parsed.violations),
          prose: parsed.prose,
          user_response: parsed.userResponse === "" ? null : parsed.userResponse,
          done_marker: parsed.doneMarker ?? null,
          canonical_text: parsed.canonical,
        });
      },
    }),
  ),
  ...hosted(
    agents({
      name: "agent_dispatch_tool_call",
      summary: "Makes one tool call as a loop would, and tells how it went.",
      params: [req("call", t.dict), opt("tools", t.dict), opt("options", t.dict)],
      returns: t.dict,
      effect: "state",
      run: (context, given, target, options) => {
        const call = readCall(given, "__host_agent_dispatch_tool_call");
        return dispatching(context, target, options, async (settings) =>
          outcomeDict(await dispatchCall(context, call, settings)),
        );
      },
    }),
  ),
  ...hosted(
    agents({
      name: "agent_dispatch_tool_batch",
      summary: "Makes several tool calls as a loop would, in order.",
      params: [req("calls", t.list), opt("tools", t.dict), opt("options", t.dict)],
      returns: t.list,
      effect: "state",
      run: (context, given, target, options) => {
        const calls = readCalls(given, "__host_agent_dispatch_tool_batch");
        return dispatching(context, target, options, async (settings) =>
          list((await dispatchBatch(context, calls, settings)).map(outcomeDict)),
        );
      },
    }),
  ),
];
