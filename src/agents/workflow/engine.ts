// Walks a workflow graph. The rules:
//
// G1. A node runs when an edge leads to it; the queue holds each node once.
// G2. After a node, the edges of its branch are taken; without one of that branch those that name no branch.
// G3. A join waits until everything that leads to it has run; looking at one that is not ready costs a step.
// G4. The record is saved at the start, after every stage and at the end, so that a run can go on where it stopped.
import type { CallContext } from "../../builtin/index.ts";
import { isJsonObject, type JsonObject, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { boolAt, dictAt, intAt, list, numberAt, record, textAt } from "../../llm/fields.ts";
import { waitFor } from "../../llm/wire/waiting.ts";
import { loadRunRecord, normalizeRunRecord, recordServicesKey, runRecord, saveRunRecord } from "../../records/index.ts";
import { policyJson, readPolicy } from "../../runtime/index.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { type ArtifactSource, isArtifact, makeArtifact } from "../artifacts/artifact.ts";
import { enterNested } from "../loop/nesting.ts";
import { underPolicy } from "../permissions/scopes.ts";
import type { AgentService } from "../service.ts";
import { delegate } from "./delegate.ts";
import { type Edge, normalGraph, readGraph, type WorkflowGraph } from "./graph.ts";
import { type Attempt, WorkflowRun } from "./run.ts";
import { runNode, type StageInput, type StageResult } from "./stage.ts";
import { policyOf, validateGraph, validationDict } from "./validate.ts";
import { contractText } from "./verify.ts";

const stepsPerNode = 4;

interface Walk {
  readonly graph: WorkflowGraph;
  readonly task: string;
  readonly options: DictValue;
  readonly run: WorkflowRun;
  readonly source: ArtifactSource;
  readonly replay: JsonObject[] | undefined;
  readonly replayedFrom: string | undefined;
  readonly path: string | undefined;
  readonly isResumed: boolean;
  artifacts: DictValue[];
  queue: string[];
}

/** Runs a graph to its end, or until its steps are used up. */
export async function executeWorkflow(
  context: CallContext,
  service: AgentService,
  task: string,
  given: DictValue,
  artifacts: readonly Value[],
  options: DictValue,
): Promise<DictValue> {
  const graph = readGraph(normalGraph(service.newId, given));
  const validation = validateGraph(graph, undefined);
  if (validation.errors.length > 0)
    throw runtimeError(`workflow_execute: invalid workflow: ${validation.errors.join("; ")}`);
  const nesting = enterNested(context, "nested_workflow", graph.name);
  if (nesting.kind === "exhausted") throw runtimeError(nesting.message);
  try {
    const walk = await begin(context, service, graph, task, artifacts, options);
    return await underPolicy(context, restrictingPolicy(graph.dict), () => follow(context, service, walk));
  } finally {
    nesting.leave();
  }
}

function restrictingPolicy(dict: DictValue): ReturnType<typeof policyOf> | undefined {
  const policy = policyOf(dict);
  const isSet =
    policy.tools.length > 0 || Object.keys(policy.capabilities).length > 0 || policy.side_effect_level !== null;
  return isSet ? { ...policy, sandbox_profile: "unrestricted" } : undefined;
}

async function begin(
  context: CallContext,
  service: AgentService,
  graph: WorkflowGraph,
  task: string,
  artifacts: readonly Value[],
  options: DictValue,
): Promise<Walk> {
  const now = (): number => context.host.clock.now();
  const source = { newId: service.newId, now: () => new Date(now()).toISOString() };
  const resumed = await savedRun(context, options, "resume");
  const replayed = await savedRun(context, options, "replay");
  const mode = textAt(options, "replay_mode");
  if (mode !== undefined && replayed === undefined)
    throw runtimeError("replay_mode requires replay_run or replay_path");
  const run = new WorkflowRun(resumed === undefined ? service.newId() : textOf(resumed.id), service.newId, now);
  const walk: Walk = {
    graph,
    task,
    options,
    run,
    source,
    replay: mode === "deterministic" ? objects(replayed?.stages) : undefined,
    replayedFrom: replayed === undefined ? undefined : textOf(replayed.id),
    path: textAt(options, "persist_path") ?? textAt(options, "resume_path"),
    isResumed: resumed !== undefined,
    artifacts: artifacts.filter(isArtifact).map((artifact) => makeArtifact(source, artifact)),
    queue: [graph.entry],
  };
  if (resumed !== undefined) restore(walk, resumed);
  walk.run.checkpoint(walk.queue, "start");
  await save(context, walk, "running");
  return walk;
}

async function savedRun(context: CallContext, options: DictValue, what: string): Promise<JsonObject | undefined> {
  const given = dictAt(options, `${what}_run`);
  if (given !== undefined) return objectOf(jsonOfValue(given));
  const path = textAt(options, `${what}_path`);
  if (path === undefined) return undefined;
  return objectOf(runRecord.toJson(loadRunRecord(path, context.service(recordServicesKey))));
}

function objectOf(json: unknown): JsonObject | undefined {
  return isJsonObject(json as JsonObject) ? (json as JsonObject) : undefined;
}

function objects(json: unknown): JsonObject[] {
  return Array.isArray(json) ? json.map(objectOf).filter((item) => item !== undefined) : [];
}

function textOf(json: unknown): string {
  return typeof json === "string" ? json : "";
}

/** Goes on where a saved run stopped. */
function restore(walk: Walk, saved: JsonObject): void {
  walk.run.stages.push(...objects(saved.stages));
  walk.run.transitions.push(...objects(saved.transitions));
  walk.run.checkpoints.push(...objects(saved.checkpoints));
  walk.run.completed.push(...texts(saved.completed_nodes));
  walk.artifacts = objects(saved.artifacts)
    .map((artifact) => valueOfJson(artifact))
    .filter(isArtifact);
  const pending = texts(saved.pending_nodes);
  walk.queue = pending.length > 0 ? pending : walk.run.stages.length > 0 ? [] : [walk.graph.entry];
}

function texts(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((item) => typeof item === "string") : [];
}

async function follow(context: CallContext, service: AgentService, walk: Walk): Promise<DictValue> {
  const { graph, options } = walk;
  const maxSteps = Math.max(1, intAt(options, "max_steps") ?? graph.nodes.size * stepsPerNode);
  let last: Value = options.get("transcript") ?? null;
  for (let step = 0; step < maxSteps && walk.queue.length > 0; step++) {
    const id = walk.queue.shift() as string;
    const node = graph.nodes.get(id) as DictValue;
    if (textAt(node, "kind") === "join" && !isReady(walk, id, node)) {
      walk.queue.push(id);
      continue;
    }
    const attempts = await attempt(context, service, walk, id, node);
    const { result } = attempts.at(-1) as Attempt;
    const stageId = walk.run.addStage(node, id, attempts, usageOf(result), stageMetadata(walk, node, result));
    walk.artifacts = [...walk.artifacts, ...result.produced];
    if (result.transcript !== null) last = result.transcript;
    for (const edge of nextEdges(graph, id, result.branch)) {
      walk.run.addTransition(edge, stageId, result);
      if (!walk.queue.includes(edge.to)) walk.queue.push(edge.to);
    }
    walk.run.checkpoint(walk.queue, "stage_complete");
    await save(context, walk, "running");
  }
  const status = walk.queue.length > 0 ? "paused" : "completed";
  walk.run.checkpoint(walk.queue, "finalize");
  const saved = await save(context, walk, status, last);
  return record({
    status,
    run: saved.run,
    artifacts: list(walk.artifacts),
    transcript: last,
    path: saved.path,
  });
}

/** Everything that leads to a join has run, or as much as its policy asks for. */
function isReady(walk: Walk, id: string, node: DictValue): boolean {
  const sources = [...new Set(walk.graph.edges.filter((edge) => edge.to === id).map((edge) => edge.from))];
  const done = sources.filter((source) => walk.run.completed.includes(source)).length;
  const policy = dictAt(node, "join_policy");
  switch (textAt(policy, "strategy")) {
    case "first":
      return done >= 1;
    case "quorum":
      return done >= (intAt(policy, "min_completed") ?? 1);
    default:
      return done >= sources.length;
  }
}

function nextEdges(graph: WorkflowGraph, id: string, branch: string | undefined): readonly Edge[] {
  const out = graph.edges.filter((edge) => edge.from === id);
  const named = out.filter((edge) => edge.branch === branch);
  if (named.length > 0 || branch === undefined) return named;
  const plain = out.filter((edge) => edge.branch === undefined);
  // What was repaired is looked at again.
  if (plain.length === 0 && branch === "success") return out.filter((edge) => edge.branch === "retry");
  return plain;
}

/** Tries a stage as often as its retry policy says, until one attempt succeeds. */
async function attempt(
  context: CallContext,
  service: AgentService,
  walk: Walk,
  id: string,
  node: DictValue,
): Promise<Attempt[]> {
  const policy = dictAt(node, "retry_policy");
  const most = Math.max(1, intAt(policy, "max_attempts") ?? 1);
  const now = (): number => context.host.clock.now();
  const attempts: Attempt[] = [];
  for (let number = 1; number <= most; number++) {
    if (number > 1) await backOff(context, policy, number);
    const startedAt = now();
    const result = await runStage(context, service, walk, id, node);
    attempts.push({ number, result, startedAt, finishedAt: now() });
    if (result.status === "completed") break;
  }
  return attempts;
}

async function backOff(context: CallContext, policy: DictValue | undefined, number: number): Promise<void> {
  const base = intAt(policy, "backoff_ms") ?? 0;
  const factor = numberAt(policy, "backoff_multiplier") ?? 1;
  const delay = base * factor ** (number - 2);
  if (delay > 0) await waitFor(context.host.clock, delay, context.signal);
}

async function runStage(
  context: CallContext,
  service: AgentService,
  walk: Walk,
  id: string,
  node: DictValue,
): Promise<StageResult> {
  if (walk.replay !== undefined) return replayed(walk.replay, id);
  const input: StageInput = {
    id,
    node,
    task: walk.task,
    artifacts: walk.artifacts,
    contract: contractText(walk.graph.nodes),
    source: walk.source,
    options: walk.options,
  };
  return textAt(node, "kind") === "subagent" ? delegate(context, service, input) : runNode(context, service, input);
}

/** What the next stage of a recorded run gave. */
function replayed(stages: JsonObject[], id: string): StageResult {
  const stage = stages.shift();
  if (stage === undefined) throw runtimeError(`workflow replay exhausted before node ${id}`);
  const recorded = textOf(stage.node_id);
  if (recorded !== id)
    throw runtimeError(`workflow replay mismatch: expected node ${id}, next replay stage is ${recorded}`);
  const branch = textOf(stage.branch);
  return {
    status: stage.status === "failed" ? "failed" : "completed",
    outcome: textOf(stage.outcome),
    branch: branch === "" ? undefined : branch,
    text: textOf(stage.visible_text),
    produced: objects(stage.artifacts)
      .map((artifact) => valueOfJson(artifact))
      .filter(isArtifact),
    consumed: texts(stage.consumed_artifact_ids),
    transcript: valueOfJson(stage.transcript ?? null),
    verification: valueOfJson(stage.verification ?? null),
    reasoning: valueOfJson(stage.private_reasoning ?? null),
    error: undefined,
    result: undefined,
    metadata: { replayed: true },
  };
}

function usageOf(result: StageResult): JsonObject {
  const run = result.result;
  const llm = dictAt(run, "llm");
  const model = textAt(run, "model");
  return {
    input_tokens: intAt(run, "input_tokens") ?? intAt(llm, "input_tokens") ?? 0,
    output_tokens: intAt(run, "output_tokens") ?? intAt(llm, "output_tokens") ?? 0,
    total_duration_ms: 0,
    call_count: run === undefined ? 0 : (intAt(llm, "iterations") ?? 1),
    total_cost: numberAt(run, "cost_usd") ?? 0,
    models: model === undefined ? [] : [model],
  };
}

const policyKeys = [
  "model_policy",
  "auto_compact",
  "context_policy",
  "retry_policy",
  "input_contract",
  "output_contract",
  "output_visibility",
];

function stageMetadata(walk: Walk, node: DictValue, result: StageResult): JsonObject {
  const own = policyKeys.flatMap((key): [string, Value][] => {
    const value = node.get(key) ?? null;
    return value === null ? [] : [[key, value]];
  });
  const fields = record({
    ...Object.fromEntries(own),
    effective_capability_policy: node.get("capability_policy") ?? null,
    ...result.metadata,
    ...(walk.replayedFrom === undefined ? {} : { replayed_from: walk.replayedFrom }),
  });
  return objectOf(jsonOfValue(fields)) ?? {};
}

/** Completes the record by its own shape and writes it. */
async function save(
  context: CallContext,
  walk: Walk,
  status: string,
  transcript: Value = null,
): Promise<{ readonly run: Value; readonly path: Value }> {
  const services = context.service(recordServicesKey);
  const { options, graph, run } = walk;
  const parent = textAt(options, "parent_run_id") ?? null;
  const json = run.json({
    graph,
    task: walk.task,
    status,
    pending: walk.queue,
    artifacts: walk.artifacts,
    policy: policyJson({ ...readPolicy({}), ...policyOf(graph.dict) }),
    rootRunId: textAt(options, "root_run_id") ?? parent ?? run.id,
    parentRunId: parent,
    metadata: runMetadata(walk),
    transcript,
  });
  const normal = await normalizeRunRecord(json, services);
  const path = await saveRunRecord(normal, services, walk.path ?? `${services.runFolder}/${run.id}.json`);
  return { run: valueOfJson(runRecord.toJson({ ...normal, persisted_path: path })), path };
}

function runMetadata(walk: Walk): JsonObject {
  const { options, graph, run } = walk;
  const mode = textAt(options, "replay_mode");
  const trigger = dictAt(options, "trigger_event");
  return {
    effective_policy: policyJson(policyOf(graph.dict)),
    parent_run_id: textAt(options, "parent_run_id") ?? null,
    root_run_id: textAt(options, "root_run_id") ?? run.id,
    execution: options.has("execution") ? jsonOfValue(options.get("execution") ?? null) : null,
    workflow_metadata: jsonOfValue(dictAt(graph.dict, "metadata") ?? null),
    workflow_version: intAt(graph.dict, "version") ?? 1,
    validation: jsonOfValue(validationDict(validateGraph(graph, undefined))),
    max_steps: intAt(options, "max_steps") ?? null,
    resumed: walk.isResumed,
    ...(mode === undefined ? {} : { replay_mode: mode }),
    ...(walk.replayedFrom === undefined ? {} : { replayed_from: walk.replayedFrom }),
    ...(trigger === undefined ? {} : { trigger_event: jsonOfValue(trigger) }),
    ...(boolAt(options, "delegated") === true ? { delegated: true } : {}),
  };
}
