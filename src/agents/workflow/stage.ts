import type { CallContext } from "../../builtin/index.ts";
import { boolAt, dictAt, intAt, isCallable, isDict, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { readTools } from "../../llm/tools/registry.ts";
import { BuiltinValue, type DictValue, Raise, show, type Value } from "../../value/index.ts";
import { type ArtifactSource, makeArtifact } from "../artifacts/artifact.ts";
import { readContextPolicy } from "../artifacts/context-policy.ts";
import { renderForModel, selectForStage } from "../artifacts/selection.ts";
import { runLoop } from "../loop/loop.ts";
import { enterNested } from "../loop/nesting.ts";
import { withWorkflowSkills } from "../loop/skills.ts";
import type { AgentService } from "../service.ts";
import { mapItems } from "./map.ts";
import { stagePrompt } from "./prompt.ts";
import { verifyOutput } from "./verify.ts";

export interface StageInput {
  readonly id: string;
  readonly node: DictValue;
  readonly task: string;
  readonly artifacts: readonly DictValue[];
  /** What the verify nodes of the graph will check. */
  readonly contract: string;
  readonly source: ArtifactSource;
  /** Options of the run that stages take over: permissions, policies and skills. */
  readonly options: DictValue;
}

export interface StageResult {
  readonly status: "completed" | "failed";
  readonly outcome: string;
  readonly branch: string | undefined;
  readonly text: string;
  readonly produced: readonly DictValue[];
  readonly consumed: readonly string[];
  readonly transcript: Value;
  readonly verification: Value;
  readonly reasoning: Value;
  readonly error: string | undefined;
  /** What the model's run gave, for stages that had one. */
  readonly result: DictValue | undefined;
  readonly metadata: Readonly<Record<string, Value>>;
}

type Partial = Omit<
  StageResult,
  "consumed" | "transcript" | "verification" | "reasoning" | "error" | "result" | "metadata"
>;

function done(parts: Partial, more: { readonly [K in keyof StageResult]?: StageResult[K] } = {}): StageResult {
  return {
    consumed: [],
    transcript: null,
    verification: null,
    reasoning: null,
    error: undefined,
    result: undefined,
    metadata: {},
    ...parts,
    ...more,
  };
}

/** Runs one node. An error of it is an outcome; only a cancellation comes out. */
export async function runNode(context: CallContext, service: AgentService, input: StageInput): Promise<StageResult> {
  try {
    return await runKind(context, service, input);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    const message = errorText(error.value);
    return done(
      { status: "failed", outcome: "error", branch: "error", text: "", produced: [] },
      { error: message, metadata: { error: message } },
    );
  }
}

/** An error of a model call in one line. */
function errorText(value: Value): string {
  const message = isDict(value) ? textAt(value, "message") : undefined;
  if (!isDict(value) || message === undefined) return show(value);
  const category = textAt(value, "category");
  return category === undefined ? message : `Error [${category}]: ${message}`;
}

function runKind(context: CallContext, service: AgentService, input: StageInput): StageResult | Promise<StageResult> {
  switch (textAt(input.node, "kind")) {
    case "fork":
      return done({ status: "completed", outcome: "forked", branch: "fork", text: "forked", produced: [] });
    case "join":
      return done({ status: "completed", outcome: "joined", branch: "join", text: "joined", produced: [] });
    case "condition":
      return condition(input);
    case "map":
      return map(context, input);
    case "reduce":
      return reduce(input);
    case "escalation":
      return escalate(input);
    case "verify":
      return verify(context, service, input);
    default:
      return modelStage(context, service, input);
  }
}

function selected(input: StageInput): DictValue[] {
  const policy = readContextPolicy(dictAt(input.node, "context_policy"));
  const kinds = itemsAt(dictAt(input.node, "input_contract"), "input_kinds") ?? [];
  const wanted =
    policy.include_kinds.length > 0 || kinds.length === 0
      ? policy
      : { ...policy, include_kinds: kinds.filter((kind) => typeof kind === "string") };
  return selectForStage(input.artifacts, wanted);
}

/** Where every artifact counts, they keep their order; a stage that reads them is shown the most wanted first. */
function inGivenOrder(input: StageInput, artifacts: readonly DictValue[]): DictValue[] {
  const places = new Map(input.artifacts.map((artifact, at) => [textAt(artifact, "id"), at]));
  return [...artifacts].sort((a, b) => (places.get(textAt(a, "id")) ?? 0) - (places.get(textAt(b, "id")) ?? 0));
}

function ids(artifacts: readonly DictValue[]): string[] {
  return artifacts.map((artifact) => textAt(artifact, "id") ?? "");
}

function condition(input: StageInput): StageResult {
  const artifacts = selected(input);
  const metadata = dictAt(input.node, "metadata");
  const wanted = textAt(metadata, "contains_text");
  const kind = textAt(metadata, "artifact_kind");
  const holds =
    wanted !== undefined
      ? artifacts.some((artifact) => (textAt(artifact, "text") ?? "").includes(wanted))
      : kind !== undefined
        ? artifacts.some((artifact) => textAt(artifact, "kind") === kind)
        : artifacts.length > 0;
  const outcome = holds ? "condition_true" : "condition_false";
  return done(
    { status: "completed", outcome, branch: holds ? "true" : "false", text: outcome, produced: [] },
    { consumed: ids(artifacts) },
  );
}

function produce(input: StageInput, kind: string, fields: Readonly<Record<string, Value>>): DictValue {
  const { id, source } = input;
  return makeArtifact(
    source,
    record({
      id: `${id}_artifact_${source.newId()}`,
      kind,
      title: `stage ${id} output`,
      source: id,
      stage: id,
      freshness: "fresh",
      relevance: 1,
      ...fields,
    }),
  );
}

function outputKind(input: StageInput, fallback: string): string {
  const kinds = itemsAt(dictAt(input.node, "output_contract"), "output_kinds") ?? [];
  const first = kinds[0];
  return typeof first === "string" ? first : fallback;
}

async function map(context: CallContext, input: StageInput): Promise<StageResult> {
  const items = await mapItems(context, input.node, inGivenOrder(input, selected(input)));
  const kind = textAt(dictAt(input.node, "map_policy"), "output_kind") ?? outputKind(input, "artifact");
  const produced = items.done.map((item) =>
    produce(input, kind, {
      title: `map ${input.id} item ${item.index + 1}`,
      text: item.text ?? null,
      data: item.value,
      metadata: record({ index: item.index }),
      lineage: list(item.lineage),
    }),
  );
  const isFailed = items.failures.length > 0 && produced.length === 0;
  return done(
    {
      status: isFailed ? "failed" : "completed",
      outcome: "mapped",
      branch: isFailed ? "failed" : "mapped",
      text: `mapped ${produced.length} of ${items.total} items`,
      produced,
    },
    { consumed: items.done.flatMap((item) => item.lineage), error: isFailed ? items.failures.join("; ") : undefined },
  );
}

function reduce(input: StageInput): StageResult {
  const artifacts = inGivenOrder(input, selected(input));
  const policy = dictAt(input.node, "reduce_policy");
  const separator = textAt(policy, "separator") ?? "\n\n";
  const text = artifacts.map((artifact) => textAt(artifact, "text") ?? "").join(separator);
  const kind = textAt(policy, "output_kind") ?? outputKind(input, "summary");
  const produced = [produce(input, kind, { text, lineage: list(ids(artifacts)) })];
  return done(
    { status: "completed", outcome: "reduced", branch: "reduced", text, produced },
    { consumed: ids(artifacts) },
  );
}

function escalate(input: StageInput): StageResult {
  const policy = dictAt(input.node, "escalation_policy");
  const reason = textAt(policy, "reason") ?? "manual review required";
  const data = record({ queue: policy?.get("queue") ?? null, level: policy?.get("level") ?? null, reason });
  const produced = [produce(input, outputKind(input, "plan"), { title: `escalation ${input.id}`, data })];
  return done({ status: "completed", outcome: "escalated", branch: "escalated", text: reason, produced });
}

async function verify(context: CallContext, service: AgentService, input: StageInput): Promise<StageResult> {
  const checks = dictAt(input.node, "verify");
  const hasCommand = textAt(checks, "command") !== undefined;
  const run = hasCommand || checks === undefined ? undefined : await modelStage(context, service, input);
  if (checks === undefined) {
    const own = await modelStage(context, service, input);
    return verified(input, own, own.text, true, record({ ok: true, failures: list([]) }));
  }
  const judged = await verifyOutput(context, checks, run?.text ?? "");
  return verified(input, run, judged.text, judged.isOk, judged.detail);
}

function verified(
  input: StageInput,
  run: StageResult | undefined,
  text: string,
  isOk: boolean,
  detail: DictValue,
): StageResult {
  const produced = [produce(input, outputKind(input, "verification_result"), { text, data: detail })];
  return done(
    {
      status: isOk ? "completed" : "failed",
      outcome: isOk ? "verified" : "verification_failed",
      branch: isOk ? "passed" : "failed",
      text,
      produced,
    },
    {
      verification: detail,
      transcript: run?.transcript ?? null,
      result: run?.result,
      consumed: run?.consumed ?? [],
      reasoning: run?.reasoning ?? null,
    },
  );
}

/** Statuses of a loop that count as success. */
const good: ReadonlySet<string> = new Set(["done", "completed", "success"]);

async function modelStage(context: CallContext, service: AgentService, input: StageInput): Promise<StageResult> {
  const artifacts = selected(input);
  const policy = readContextPolicy(dictAt(input.node, "context_policy"));
  const rendered = await assembled(context, input, artifacts, renderForModel(artifacts, policy));
  const isLocal = textAt(dictAt(input.node, "metadata"), "workflow_verification_scope") === "local_only";
  const contract = isLocal ? "" : input.contract;
  const prompt = stagePrompt(input.node, input.task, { contract, context: rendered });
  const nesting = enterNested(context, "workflow_stage", input.id);
  if (nesting.kind === "exhausted")
    return done(
      { status: "failed", outcome: "blocked", branch: "failed", text: "", produced: [] },
      { error: nesting.message },
    );
  let result: DictValue;
  try {
    result = await ask(context, service, input, prompt);
  } finally {
    nesting.leave();
  }
  const status = textAt(result, "status") ?? "done";
  const isOk = good.has(status);
  const text = textAt(result, "visible_text") ?? textAt(result, "text") ?? "";
  const about = {
    prompt,
    system_prompt: textAt(input.node, "system") ?? "",
    rendered_context: rendered,
    rendered_verification_context: contract,
    selected_artifact_ids: list(ids(artifacts)),
    selected_artifact_titles: list(artifacts.map((artifact) => artifact.get("title") ?? null)),
  };
  const whole = merged(result, record({ ...about, status }));
  return done(
    {
      status: isOk ? "completed" : "failed",
      outcome: isOk ? "success" : status,
      branch: isOk ? "success" : "failed",
      text,
      produced: [
        produce(input, outputKind(input, "artifact"), {
          text,
          data: whole.without("transcript"),
          lineage: list(ids(artifacts)),
        }),
      ],
    },
    {
      consumed: ids(artifacts),
      transcript: result.get("transcript") ?? null,
      reasoning: result.get("private_reasoning") ?? null,
      result: whole,
      metadata: about,
      error: isOk ? undefined : show(result.get("error") ?? status),
    },
  );
}

/** What the program's own assembler makes of the context, if the node has one. */
async function assembled(
  context: CallContext,
  input: StageInput,
  artifacts: readonly DictValue[],
  rendered: string,
): Promise<string> {
  const assembler = input.node.get("context_assembler");
  if (!isCallable(assembler)) return rendered;
  const answer = await context.callAsync(assembler as Value, [
    record({ node_id: input.id, task: input.task, artifacts: list(artifacts), rendered }),
  ]);
  return typeof answer === "string" ? answer : isDict(answer) ? (textAt(answer, "text") ?? rendered) : rendered;
}

const stageIterations = 16;
const stageNudges = 3;
const stageBackoffMs = 2000;

/** A loop when the node is an agent or has tools, one call of the model otherwise. */
async function ask(context: CallContext, service: AgentService, input: StageInput, prompt: string): Promise<DictValue> {
  const { node } = input;
  const system = textAt(node, "system");
  const policy = dictAt(node, "model_policy") ?? record({});
  const set = record(Object.fromEntries([...policy.entries()].filter(([, value]) => value !== null)));
  const hasTools = readTools(node.get("tools") ?? null).length > 0;
  if (textAt(node, "mode") !== "agent" && !hasTools) {
    const options = merged(set, record({ native_tool_fallback: undefined })).without("native_tool_fallback");
    const answer = await context.callAsync(new BuiltinValue("llm_call"), [prompt, system ?? null, options]);
    return merged(isDict(answer) ? answer : record({}), record({ tools: record({ mode: "text" }), status: "done" }));
  }
  return withWorkflowSkills(context, input.options, () =>
    runLoop(context, service, { prompt, system, options: loopOptions(context, service, input, set) }),
  );
}

function loopOptions(context: CallContext, service: AgentService, input: StageInput, set: DictValue): DictValue {
  const { node } = input;
  const compact = dictAt(node, "auto_compact");
  const defaults = record({
    loop_until_done: true,
    max_iterations: stageIterations,
    max_nudges: stageNudges,
    llm_retries: 2,
    llm_backoff_ms: stageBackoffMs,
    tool_format: context.host.environment?.get("HARN_AGENT_TOOL_FORMAT"),
    session_id: `workflow_stage_${service.newId()}`,
    done_sentinel: node.get("done_sentinel") ?? undefined,
    tools: node.get("tools") ?? undefined,
    policy: restricting(dictAt(node, "capability_policy")),
    approval_policy: restricting(dictAt(node, "approval_policy")),
    permissions: input.options.get("permissions"),
    ...(boolAt(compact, "enabled") === true
      ? {
          auto_compact: true,
          compact_strategy: compact?.get("compact_strategy") ?? undefined,
          compact_threshold: intAt(compact, "token_threshold"),
        }
      : {}),
  });
  return merged(defaults, set);
}

/** A policy in which nothing is set is no policy. */
function restricting(policy: DictValue | undefined): DictValue | undefined {
  if (policy === undefined) return undefined;
  const isSet = [...policy.entries()].some(([key, value]) => key !== "sandbox_profile" && !isEmpty(value));
  return isSet ? policy.without("sandbox_profile") : undefined;
}

function isEmpty(value: Value): boolean {
  if (value === null || value === false) return true;
  if (isDict(value)) return value.size === 0;
  return typeof value === "object" && value.kind === "list" && value.size === 0;
}
