import type { Json } from "../../eventlog/index.ts";
import type { GraphEdge, GraphNode } from "../shapes/observability.ts";
import type { RunRecord } from "../shapes/run-record.ts";
import type { StageRecord } from "../shapes/stage.ts";
import { objectOf, textOf } from "./fields.ts";

export interface ActionGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The inbound event that started a run, as far as graphs need it. */
interface Trigger {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  readonly dedupeKey: string;
  readonly traceId: string;
  readonly signature: string;
}

const signatureStates = new Set(["verified", "unsigned", "failed"]);

/** The trigger event of a run's metadata; anything incomplete is none. */
function triggerOf(run: RunRecord): Trigger | undefined {
  const event = objectOf(run.metadata.trigger_event);
  const [id, provider, kind, dedupeKey, traceId] = [
    event.id,
    event.provider,
    event.kind,
    event.dedupe_key,
    event.trace_id,
  ].map(textOf);
  const signature = textOf(objectOf(event.signature_status).state);
  const isWhole =
    textOf(event.received_at) !== null &&
    event.occurred_at !== undefined &&
    signature !== null &&
    signatureStates.has(signature);
  if (id == null || provider == null || kind == null || dedupeKey == null || traceId == null || !isWhole)
    return undefined;
  return { id, provider, kind, dedupeKey, traceId, signature };
}

/** Who did what because of whom, from the run over its stages to its workers. */
export function actionGraph(run: RunRecord): ActionGraph {
  const trigger = triggerOf(run);
  const builder = new GraphBuilder(trigger?.traceId ?? textOf(run.metadata.trace_id));
  const root = builder.addRun(run);
  const entry = trigger === undefined ? root : builder.addTrigger(run, root, trigger);
  builder.addStages(run, entry, trigger === undefined ? "entry" : "trigger_dispatch");
  builder.addTransitions(run, root);
  builder.addWorkers(run);
  return builder;
}

class GraphBuilder implements ActionGraph {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];
  readonly #traceId: string | null;

  constructor(traceId: string | null) {
    this.#traceId = traceId;
  }

  addRun(run: RunRecord): string {
    return this.#node({
      id: `run:${run.id}`,
      label: run.workflow_name ?? run.workflow_id,
      kind: "run",
      status: run.status,
      outcome: run.status,
      run_id: run.id,
      run_path: run.persisted_path,
      metadata: { workflow_id: run.workflow_id },
    });
  }

  addTrigger(run: RunRecord, root: string, trigger: Trigger): string {
    const id = `trigger:${trigger.id}`;
    const label = `${trigger.provider}:${trigger.kind}`;
    const common = {
      kind: "trigger",
      run_id: run.id,
      run_path: run.persisted_path,
      metadata: {
        provider: trigger.provider,
        event_kind: trigger.kind,
        dedupe_key: trigger.dedupeKey,
        signature_status: trigger.signature,
      },
    };
    const original = textOf(run.metadata.replay_of_event_id);
    if (original !== null) {
      const historical = {
        ...common,
        id: `trigger:${original}`,
        label: `${label} (original ${original})`,
        status: "historical",
        outcome: "replayed_from",
      };
      this.#edge(this.#node(historical), id, "replay_chain", "replay chain");
    }
    this.#node({ ...common, id, label, status: "received", outcome: trigger.signature });
    this.#edge(root, id, "entry", trigger.id);
    return id;
  }

  addStages(run: RunRecord, entry: string, entryKind: string): void {
    const reached = new Set(run.transitions.map((transition) => transition.to_node_id));
    for (const stage of run.stages) {
      const id = this.#stageNode(stage);
      if (!reached.has(stage.node_id)) this.#edge(entry, id, entryKind, null);
    }
  }

  addTransitions(run: RunRecord, root: string): void {
    const byId = new Map(run.stages.map((stage) => [stage.id, stage]));
    const byNode = new Map(run.stages.map((stage) => [stage.node_id, stage]));
    for (const transition of run.transitions) {
      const target = byNode.get(transition.to_node_id);
      if (target === undefined) continue;
      const named = transition.from_stage_id === null ? undefined : byId.get(transition.from_stage_id);
      const source = named ?? (transition.from_node_id === null ? undefined : byNode.get(transition.from_node_id));
      const kind = named?.kind === "condition" ? "predicate_gate" : "transition";
      this.#edge(source === undefined ? root : `stage:${source.id}`, `stage:${target.id}`, kind, transition.branch);
    }
  }

  addWorkers(run: RunRecord): void {
    const stageIds = new Set(run.stages.map((stage) => stage.id));
    for (const child of run.child_runs) {
      const id = this.#node({
        id: `worker:${child.worker_id}`,
        label: child.worker_name,
        kind: "worker",
        status: child.status,
        outcome: child.status,
        stage_id: child.parent_stage_id,
        worker_id: child.worker_id,
        run_id: child.run_id,
        run_path: child.run_path,
        metadata: { worker_name: child.worker_name, task: child.task },
      });
      const parent = child.parent_stage_id;
      if (parent !== null && stageIds.has(parent)) this.#edge(`stage:${parent}`, id, "delegates", child.worker_name);
    }
  }

  #stageNode(stage: StageRecord): string {
    const worker = textOf(stage.metadata.worker_id);
    const metadata: Record<string, Json> = { stage_kind: stage.kind };
    if (stage.branch !== null) metadata.branch = stage.branch;
    if (worker !== null) metadata.worker_id = worker;
    return this.#node({
      id: `stage:${stage.id}`,
      label: stage.node_id,
      kind: stage.kind === "condition" ? "predicate" : "stage",
      status: stage.status,
      outcome: stage.outcome,
      stage_id: stage.id,
      node_id: stage.node_id,
      worker_id: worker,
      metadata,
    });
  }

  /** Field by field: spreading takes ten times as long, and every record that is loaded has its graph drawn. */
  #node(node: Partial<GraphNode> & Pick<GraphNode, "id" | "label" | "kind" | "status" | "outcome">): string {
    this.nodes.push({
      id: node.id,
      label: node.label,
      kind: node.kind,
      status: node.status,
      outcome: node.outcome,
      trace_id: this.#traceId,
      stage_id: node.stage_id ?? null,
      node_id: node.node_id ?? null,
      worker_id: node.worker_id ?? null,
      run_id: node.run_id ?? null,
      run_path: node.run_path ?? null,
      metadata: node.metadata ?? {},
    });
    return node.id;
  }

  #edge(from: string, to: string, kind: string, label: string | null): void {
    this.edges.push({ from_id: from, to_id: to, kind, label });
  }
}
