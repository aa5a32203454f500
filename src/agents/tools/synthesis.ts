import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { sha256 } from "../../eventlog/index.ts";
import { isDict, isList, list, record, textAt } from "../../llm/fields.ts";
import { isRequired } from "../../llm/tools/registry.ts";
import { BuiltinValue, type DictValue, quoteJson, show, stringifyJson, thrown, type Value } from "../../value/index.ts";

const executors = ["dry_run", "host_bridge", "mcp_server"] as const;
type Executor = (typeof executors)[number];

/** A tool made from its description alone: it shows what it would do, or hands the work to a host or a server. */
export interface SynthesizedTool {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: Value;
  readonly returnType: Value;
  readonly capabilities: readonly string[];
  readonly sideEffectLevel: string;
  readonly executor: Executor;
  readonly hostTool: string | undefined;
  readonly mcpTool: string | undefined;
}

/** The tools that one run synthesized, by an id that follows from what was asked for. */
export class SynthesizedTools {
  readonly #byId = new Map<string, SynthesizedTool>();

  add(tool: SynthesizedTool): void {
    this.#byId.set(tool.id, tool);
  }

  find(id: string): SynthesizedTool | undefined {
    return this.#byId.get(id);
  }

  clear(): void {
    this.#byId.clear();
  }

  /** In the order of their ids. */
  all(): readonly SynthesizedTool[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

export const synthesizedToolsKey: ServiceKey<SynthesizedTools> = serviceKey(
  "synthesized tools",
  () => new SynthesizedTools(),
);

export function readSynthesis(spec: DictValue): SynthesizedTool {
  const fail = (problem: string): never => {
    throw thrown(`tool_synthesize: ${problem}`);
  };
  const description = (textAt(spec, "description") ?? "").trim();
  if (description === "") fail("description must be a non-empty string");
  if (spec.has("handler"))
    fail(
      "executable handlers must be supplied with tool_define; synthesized tools are dry-run, host_bridge, or mcp_server only",
    );
  const name = textAt(spec, "name") ?? nameFrom(description);
  if (!/^[A-Za-z0-9_]+$/.test(name))
    fail(`invalid tool name ${quoteJson(name)}; use ASCII letters, digits, and underscores`);
  const asked = textAt(spec, "executor") ?? "dry_run";
  const executor = executors.find((known) => known === asked);
  if (executor === undefined)
    return fail(`unknown executor ${quoteJson(asked)}; expected "dry_run", "host_bridge", or "mcp_server"`);
  const capabilities = readCapabilities(spec, fail);
  const body = {
    name,
    description,
    parameters: spec.get("parameters") ?? record({}),
    returnType: spec.get("return_type") ?? null,
    capabilities,
    sideEffectLevel: textAt(spec, "side_effect_level") ?? levelOf(capabilities),
    executor,
    hostTool: executor === "host_bridge" ? (textAt(spec, "host_tool") ?? name) : undefined,
    mcpTool: executor === "mcp_server" ? (textAt(spec, "mcp_tool") ?? name) : undefined,
  };
  const id = `tool_synth_${sha256(stringifyJson(fieldsOf(body))).slice(0, 16)}`;
  return { ...body, id };
}

function readCapabilities(spec: DictValue, fail: (problem: string) => never): string[] {
  const given = spec.get("capabilities") ?? null;
  if (given === null) return [];
  const items = isList(given) ? given.toArray() : [given];
  if (!isList(given) || items.some((item) => typeof item !== "string"))
    return fail("capabilities must be a list of strings");
  return items.map(show).sort();
}

function nameFrom(description: string): string {
  const words = description.toLowerCase().match(/[a-z0-9]+/g) ?? ["tool"];
  return `synth_${words.join("_")}`;
}

/** The least that tools with such capabilities may do to the world. */
function levelOf(capabilities: readonly string[]): string {
  const has = (...words: readonly string[]): boolean =>
    capabilities.some((capability) => words.some((word) => capability.split(/[:.]/).includes(word)));
  if (has("http", "https", "network", "net", "oauth", "web")) return "network";
  if (has("process", "shell", "exec")) return "process_exec";
  if (has("write", "write_text", "delete")) return "workspace_write";
  return capabilities.length === 0 ? "none" : "read_only";
}

export function synthesisDict(tool: SynthesizedTool): DictValue {
  return fieldsOf(tool).with("id", tool.id);
}

function fieldsOf(tool: Omit<SynthesizedTool, "id">): DictValue {
  return record({
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters,
    return_type: tool.returnType,
    capabilities: list(tool.capabilities),
    side_effect_level: tool.sideEffectLevel,
    executor: tool.executor,
    host_tool: tool.hostTool,
    mcp_tool: tool.mcpTool,
  });
}

function dryRun(tool: SynthesizedTool, args: DictValue): DictValue {
  return record({
    _type: "synthesized_tool_result",
    status: "dry_run",
    tool_id: tool.id,
    name: tool.name,
    description: tool.description,
    args,
    capabilities: list(tool.capabilities),
    side_effect_level: tool.sideEffectLevel,
    message:
      'nothing was done: the executor is dry_run; set executor: "host_bridge" or "mcp_server" to have calls carried out',
  });
}

/** Checks the arguments, then shows what would happen, or asks whoever can do it. */
export function callSynthesized(context: CallContext, id: string, args: Value): Promise<Value> | Value {
  const tool = context.service(synthesizedToolsKey).find(id);
  if (tool === undefined)
    throw thrown(`tool_synth_invoke: unknown synthesis id ${quoteJson(id)}; synthesize the tool in this run first`);
  if (!isDict(args)) throw thrown(`${tool.name}: arguments must be a dict`);
  const parameters = isDict(tool.parameters) ? [...tool.parameters.entries()] : [];
  const missing = parameters.find(([name, spec]) => isRequired(spec) && args.get(name) === undefined);
  if (missing !== undefined) throw thrown(`${tool.name}: missing required argument ${quoteJson(missing[0])}`);
  switch (tool.executor) {
    case "dry_run":
      return dryRun(tool, args);
    case "host_bridge":
      return context.callAsync(new BuiltinValue("host_tool_call"), [tool.hostTool ?? tool.name, args]);
    case "mcp_server":
      throw thrown(
        `${tool.name}: no MCP server is connected that has the tool ${quoteJson(tool.mcpTool ?? tool.name)}`,
      );
  }
}
