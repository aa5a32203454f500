import type { Builtin, Effect } from "../builtin/index.ts";
import type { JsonObject } from "../eventlog/index.ts";
import {
  allowsCapability,
  allowsSideEffect,
  type CapabilityPolicy,
  ceilingOf,
  type SideEffectLevel,
} from "../runtime/index.ts";
import { compareText } from "../value/index.ts";

/** A call that stands in a text of Harn. */
export interface SourceCall {
  /** The builtin's name, or the name as it is written. */
  readonly name: string;
  readonly builtin: Builtin | undefined;
  /** The arguments that are literal texts; undefined for others. */
  readonly texts: readonly (string | undefined)[];
}

const kinds = ["stdio", "fs", "net", "llm", "tool", "hostcall", "spawn"] as const;
const scopes = ["observe", "read", "write", "mutate"] as const;

/** What whoever takes a handoff may come to do: run-records §6, and the families of HARN-CAP-301. */
interface HandoffEffect {
  readonly kind: (typeof kinds)[number];
  /** Of a tool, or of an operation of the host; absent where the text does not say it. */
  readonly name?: string;
  readonly scope: (typeof scopes)[number];
  /** The path or address, where the text says it. */
  readonly resource?: string;
  readonly level: SideEffectLevel;
  /** What a policy that lists capabilities must list; without one, no such policy covers it. */
  readonly capability?: readonly [name: string, operation: string];
}

/** The effects of calls that a policy covers, each once, by kind, name, scope and resource. */
export function handoffEffects(calls: readonly SourceCall[], ceiling: CapabilityPolicy): readonly JsonObject[] {
  const covered = calls.flatMap(effectOf).filter((effect) => isCovered(effect, ceiling));
  const byText = new Map(covered.sort(byOrder).map((effect) => [JSON.stringify(effectJson(effect)), effect]));
  return [...byText.values()].map(effectJson);
}

function effectJson({ kind, name, resource, scope }: HandoffEffect): JsonObject {
  return {
    kind: name === undefined ? { kind } : { kind, name },
    ...(resource === undefined ? {} : { resource }),
    scope,
  };
}

function byOrder(left: HandoffEffect, right: HandoffEffect): number {
  return (
    kinds.indexOf(left.kind) - kinds.indexOf(right.kind) ||
    compareText(left.name ?? "", right.name ?? "") ||
    scopes.indexOf(left.scope) - scopes.indexOf(right.scope) ||
    compareText(left.resource ?? "", right.resource ?? "")
  );
}

function isCovered({ capability, kind, level, name }: HandoffEffect, ceiling: CapabilityPolicy): boolean {
  if (!allowsSideEffect(ceiling, level)) return false;
  if (kind === "tool" && ceiling.tools.length > 0 && (name === undefined || !ceiling.tools.includes(name)))
    return false;
  if (Object.keys(ceiling.capabilities).length === 0) return true;
  return capability !== undefined && allowsCapability(ceiling, ...capability);
}

const models = new Set(["agent_loop", "agent_turn"]);
const workers = new Set(["spawn_agent", "sub_agent_run", "worker_trigger", "daemon_spawn"]);
const tools = new Set(["tool_call", "host_tool_call"]);
const changing = new Set(["delete_file", "apply_edit"]);

function effectOf(call: SourceCall): HandoffEffect[] {
  const { builtin, name, texts } = call;
  if (models.has(name)) return [model];
  if (workers.has(name)) return [{ kind: "spawn", scope: "write", level: "workspace_write" }];
  if (tools.has(name)) return [{ kind: "tool", ...named(texts[0]), scope: "write", level: "workspace_write" }];
  if (name === "host_call") return [hostCall(texts[0])];
  if (name === "connector_call" || name.startsWith("mcp_")) return [connector(call)];
  if (builtin === undefined || name === "exit") return [];
  return byEffect[builtin.effect]?.(call, builtin) ?? [];
}

const model: HandoffEffect = { kind: "llm", scope: "write", level: "network", capability: ["llm", "call"] };

const byEffect: Partial<Record<Effect, (call: SourceCall, builtin: Builtin) => HandoffEffect[]>> = {
  stdio: () => [{ kind: "stdio", scope: "observe", level: "read_only" }],
  "stdio.read": () => [{ kind: "stdio", scope: "read", level: "read_only" }],
  "fs.read": (call, builtin) => [{ kind: "fs", scope: "read", level: "read_only", ...place(call, builtin) }],
  "fs.write": written,
  net: network,
  "net.write": network,
  llm: () => [model],
  "llm.write": () => [model],
  process: ({ name }) => [
    {
      kind: "hostcall",
      name: `process.${name}`,
      scope: "write",
      level: "process_exec",
      capability: ["process", "exec"],
    },
  ],
  env: ({ name }) =>
    name === "env" || name === "env_or"
      ? [{ kind: "hostcall", name: "env.get", scope: "read", level: "read_only", capability: ["env", "get"] }]
      : [],
};

function written(call: SourceCall, builtin: Builtin): HandoffEffect[] {
  const { name } = call;
  const scope = changing.has(name) ? "mutate" : "write";
  const effect = { kind: "fs", scope, level: "workspace_write", ...place(call, builtin) } as const;
  const { resource: _target, ...source } = effect;
  const from = call.texts[0] === undefined ? source : { ...source, resource: call.texts[0] };
  if (name === "move_file") return [effect, { ...from, scope: "mutate" }];
  if (name !== "copy_file") return [effect];
  return [effect, { ...from, scope: "read", level: "read_only", capability: ["workspace", "read_text"] }];
}

function network(call: SourceCall, builtin: Builtin): HandoffEffect[] {
  const { resource } = place(call, builtin);
  return [
    { kind: "net", scope: "write", level: "network", capability: ["network", "http"], ...(resource && { resource }) },
  ];
}

const placeNames = new Set(["path", "url", "dst", "root"]);

/** The path or address that the builtin's own parameter says, and what policies call its doing. */
function place({ texts }: SourceCall, builtin: Builtin): Pick<HandoffEffect, "capability" | "resource"> {
  const resource = texts[builtin.params.findIndex(({ name }) => placeNames.has(name))];
  const capability = ceilingOf(builtin)?.capability;
  return { ...(resource === undefined ? {} : { resource }), ...(capability && { capability }) };
}

function named(name: string | undefined): Pick<HandoffEffect, "name"> {
  return name === undefined ? {} : { name };
}

function connector({ name, texts }: SourceCall): HandoffEffect {
  const operation = name === "mcp_call" || name === "connector_call" ? texts[1] : name;
  return {
    kind: "hostcall",
    name: operation === undefined ? "connector" : `connector.${operation}`,
    scope: "write",
    level: "network",
    capability: ["connector", "call"],
  };
}

const readingOperation = /^(?:read|list|exists|get|stat|search)/;

/** An operation of the host: what it is called tells what it does; one that the text does not name may be any. */
function hostCall(operation: string | undefined): HandoffEffect {
  if (operation === undefined) return { kind: "hostcall", scope: "mutate", level: "network" };
  const [capability = "", verb = ""] = operation.split(".");
  const reads = readingOperation.test(verb);
  const level = capability === "process" ? "process_exec" : capability === "network" ? "network" : undefined;
  return {
    kind: "hostcall",
    name: operation,
    scope: reads ? "read" : "write",
    level: level ?? (reads ? "read_only" : "workspace_write"),
    capability: [capability, verb],
  };
}
