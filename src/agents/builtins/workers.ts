import {
  type Builtin,
  type BuiltinDeclaration,
  type CallContext,
  declare,
  opt,
  type Param,
  req,
  type Ty,
  t,
  type WaitSubject,
} from "../../builtin/index.ts";
import { boolAt, dictAt, isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { agentService } from "../service.ts";
import type { SpawnConfig, WorkerRegistry } from "../workers/registry.ts";
import { readConditions } from "../workers/resume-conditions.ts";
import { resumeOptions } from "../workers/resume-options.ts";
import { readSubAgent, runSubAgent, subAgentRequest } from "../workers/sub-agent.ts";
import { requestOf } from "../workers/worker.ts";

const agents = declare("agent-harn");
const internal = declare("internal");

/** One builtin under two names: the one that programs call, and the one that the library's module is made of. */
function pair<const P extends readonly Param<unknown>[]>(
  hostName: string,
  declaration: BuiltinDeclaration<P>,
): readonly Builtin[] {
  return [agents(declaration), internal({ ...declaration, name: hostName })];
}

function workers(context: CallContext): WorkerRegistry {
  return context.service(agentService).workers;
}

/** What is checked of a spawn configuration before anything else: its task, and the kinds of its parts. */
const spawnType: Ty<DictValue> = {
  spec: {
    kind: "shape",
    fields: [
      field("task", t.string, false),
      field("name", t.string),
      field("wait", t.bool),
      field("artifacts", t.list),
      field("transcript", t.dict),
      field("options", t.dict),
      field("permissions", t.dict),
      field("audit", t.dict),
      field("graph", t.dict),
      field("node", t.dict),
      field("carry", t.dict),
      field("policy", t.dict),
      field("tools", t.list),
      field("execution", t.dict),
    ],
  },
};

interface Field {
  readonly name: string;
  readonly type: Ty<unknown>["spec"];
  readonly isOptional: boolean;
}

function field(name: string, type: Ty<unknown>, isOptional = true): Field {
  return { name, type: type.spec, isOptional };
}

const spawnKeys = [
  "task",
  "name",
  "graph",
  "node",
  "wait",
  "artifacts",
  "transcript",
  "permissions",
  "options",
  "carry",
  "policy",
  "tools",
  "audit",
  "execution",
];

function spawnConfig(config: DictValue): SpawnConfig {
  const unknown = [...config.keys()].filter((key) => !spawnKeys.includes(key));
  if (unknown.length > 0) throw runtimeError(`spawn_agent: unknown option(s): ${unknown.join(", ")}`);
  const task = textAt(config, "task") ?? "";
  const graph = dictAt(config, "graph");
  const node = dictAt(config, "node");
  if ((graph === undefined) === (node === undefined))
    throw runtimeError("spawn_agent: config requires either graph or node");
  const options = dictAt(config, "options");
  return {
    name: textAt(config, "name") ?? "worker",
    mode: graph === undefined ? "stage" : "workflow",
    task,
    config: record({
      graph,
      node: node === undefined ? undefined : withPolicy(node, config),
      options,
      permissions: config.get("permissions") ?? undefined,
    }),
    request: requestOf(task, node?.get("system") ?? null, options),
    carry: dictAt(config, "carry"),
    audit: dictAt(config, "audit"),
    execution: dictAt(config, "execution"),
    transcript: dictAt(config, "transcript"),
    artifacts: itemsAt(config, "artifacts") ?? [],
  };
}

/** A worker's own policy narrows that of its node. */
function withPolicy(node: DictValue, config: DictValue): DictValue {
  const tools = itemsAt(config, "tools");
  const given = dictAt(config, "policy");
  if (given === undefined && tools === undefined) return node;
  const policy = tools === undefined ? (given ?? record({})) : (given ?? record({})).with("tools", list(tools));
  return node.with("capability_policy", policy);
}

async function spawn(context: CallContext, config: DictValue): Promise<Value> {
  const registry = workers(context);
  const worker = await registry.spawn(context, spawnConfig(config));
  return boolAt(config, "wait") === true ? registry.wait(context, worker) : worker.summary();
}

async function runRequest(context: CallContext, request: DictValue): Promise<Value> {
  const service = context.service(agentService);
  const read = readSubAgent(service, request);
  if (!read.isBackground) return runSubAgent(context, service, read);
  const worker = await service.workers.spawn(context, {
    name: read.name,
    mode: "sub_agent",
    task: read.task,
    config: request.without("background").without("_type").with("session_id", read.sessionId),
    request: requestOf(read.task, read.system ?? null, read.options),
    carry: read.carry,
    audit: undefined,
    execution: read.execution,
    transcript: undefined,
    artifacts: [],
  });
  return worker.summary();
}

async function wait(context: CallContext, target: Value): Promise<Value> {
  const registry = workers(context);
  const many = itemsAt(record({ target }), "target");
  if (many === undefined) return waitOne(context, registry, target);
  const summaries: Value[] = [];
  for (const one of many) summaries.push(await waitOne(context, registry, one));
  return list(summaries);
}

/** What a report of a deadlock says of it. */
function waiting(context: CallContext, target: Value): WaitSubject {
  return context.service(agentService).pools.waiting(target) ?? { detail: "a worker" };
}

function waitOne(context: CallContext, registry: WorkerRegistry, target: Value): Promise<Value> {
  if (isDict(target) && target.get("_type") === "pool_task")
    return context.service(agentService).pools.wait(context, target);
  return registry.wait(context, registry.find(target));
}

const handle = req("handle", t.any);

export const workerBuiltins: readonly Builtin[] = [
  ...pair("__host_worker_spawn", {
    name: "spawn_agent",
    summary: "Starts a worker that runs a stage or a whole workflow beside the program.",
    params: [req("config", spawnType)],
    returns: t.record("WorkerSummary"),
    effect: "agent",
    run: (context, config) => context.async(() => spawn(context, config)),
  }),
  ...pair("__host_sub_agent_request", {
    name: "sub_agent_request",
    summary: "What `sub_agent_run` starts a child agent with.",
    params: [req("task", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, task, options) => subAgentRequest(context.service(agentService), task, options),
  }),
  agents({
    name: "sub_agent_run",
    summary: "Runs a child agent on a task, in a session of its own; in the background if it is asked to.",
    params: [req("task", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, task, options) =>
      context.async(() => runRequest(context, subAgentRequest(context.service(agentService), task, options))),
  }),
  internal({
    name: "__host_sub_agent_run",
    summary: "Runs a child agent from a request.",
    params: [req("request", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, request) => context.async(() => runRequest(context, request)),
  }),
  ...pair("__host_worker_wait", {
    name: "wait_agent",
    summary: "Waits for a worker, or for each of a list, and gives what it is then.",
    params: [handle],
    effect: "agent",
    run: (context, target) => context.async(() => wait(context, target), waiting(context, target)),
  }),
  ...pair("__host_worker_close", {
    name: "close_agent",
    summary: "Ends a worker, whatever it is doing.",
    params: [handle],
    returns: t.dict,
    effect: "agent",
    run: (context, target) =>
      context.async(() => {
        const registry = workers(context);
        return registry.close(context, registry.find(target));
      }),
  }),
  ...pair("__host_worker_list", {
    name: "list_agents",
    summary: "All workers, by id.",
    params: [],
    returns: t.list,
    effect: "state",
    examples: [["list_agents()", "[]"]],
    run: (context) =>
      list(
        workers(context)
          .list()
          .map((worker) => worker.summary()),
      ),
  }),
  ...pair("__host_worker_send_input", {
    name: "send_input",
    summary: "Gives a worker that has nothing to do another task.",
    params: [handle, req("task", t.string)],
    returns: t.dict,
    effect: "agent",
    run: (context, target, task) =>
      context.async(() => {
        const registry = workers(context);
        return registry.sendInput(context, registry.find(target), task);
      }),
  }),
  ...pair("__host_worker_trigger", {
    name: "worker_trigger",
    summary: "Gives a worker that waits between payloads its next one.",
    params: [handle, req("payload", t.any)],
    returns: t.dict,
    effect: "agent",
    run: (context, target, payload) =>
      context.async(() => {
        const registry = workers(context);
        return registry.trigger(context, registry.find(target), payload);
      }),
  }),
  ...pair("__host_worker_suspend", {
    name: "suspend_agent",
    summary: "Has a worker stop at its next checkpoint, to be resumed later.",
    params: [req("worker", t.any), opt("reason", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, target, reason, options) =>
      context.async(() => workers(context).suspend(context, target, reason ?? "", options)),
  }),
  agents({
    name: "resume_agent",
    summary: "Lets a parked worker go on, also one that is only in a file.",
    params: [req("worker_or_snapshot", t.any), opt("resume_input", t.any), opt("continue_transcript", t.bool)],
    returns: t.dict,
    effect: "agent",
    run: (context, target, input, keeps) =>
      context.async(() =>
        workers(context).resume(context, target, {
          input,
          continueTranscript: keeps ?? true,
          initiator: undefined,
        }),
      ),
  }),
  internal({
    name: "__host_worker_resume",
    summary: "As `resume_agent`, with options in the place of the input if it names any.",
    params: [req("target", t.any), opt("input_or_options", t.any), opt("continue_transcript", t.any)],
    returns: t.dict,
    effect: "agent",
    run: (context, target, input, keeps) =>
      context.async(() => workers(context).resume(context, target, resumeOptions(input, keeps))),
  }),
  ...pair("__host_resume_conditions_parse", {
    name: "parse_resume_conditions",
    summary: "Conditions for resuming in their full form, or nil.",
    params: [opt("conditions", t.any)],
    effect: "state",
    run: (_context, conditions) => readConditions(conditions),
  }),
  agents({
    name: "agent_await_resumption",
    summary: "What a loop is told with that it should park.",
    params: [req("reason", t.any), opt("conditions", t.dict), opt("resume_by", t.any)],
    returns: t.dict,
    run: (_context, reason, conditions, resumeBy) =>
      record({ reason, conditions: conditions ?? null, resume_by: resumeBy ?? null }),
  }),
];
