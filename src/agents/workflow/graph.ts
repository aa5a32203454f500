import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { boolAt, dictAt, intAt, isDict, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { checkGraphShape } from "../../records/index.ts";
import { PolicyShapeError, policyJson, readPolicy } from "../../runtime/index.ts";
import { DictValue, runtimeError, thrown, type Value } from "../../value/index.ts";
import { understood } from "../artifacts/artifact.ts";
import { contextPolicyDict } from "../artifacts/context-policy.ts";
import { readApprovalPolicy } from "../permissions/approval-policy.ts";

export const nodeKinds = [
  "stage",
  "verify",
  "subagent",
  "fork",
  "join",
  "condition",
  "map",
  "reduce",
  "escalation",
] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** A graph as the engine walks it; `dict` is what programs hold. */
export interface WorkflowGraph {
  readonly dict: DictValue;
  readonly id: string;
  readonly name: string;
  readonly entry: string;
  readonly nodes: ReadonlyMap<string, DictValue>;
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly branch: string | undefined;
  readonly label: string | undefined;
}

const nothing: readonly string[] = [];

function withDefaults(given: DictValue | undefined, defaults: Readonly<Record<string, Value>>): DictValue {
  return merged(record(defaults), given);
}

function nils(...keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

function capabilityDict(given: DictValue | undefined): DictValue {
  try {
    const json = policyJson({ ...readPolicy(given === undefined ? {} : jsonOfValue(given)) });
    const profile = given?.has("sandbox_profile") === true ? json.sandbox_profile : "worktree";
    return valueOfJson({ ...json, sandbox_profile: profile ?? "worktree" }) as DictValue;
  } catch (error) {
    if (error instanceof PolicyShapeError)
      throw runtimeError(`workflow_graph: invalid capability_policy: ${error.message}`);
    throw error;
  }
}

function approvalDict(given: DictValue | undefined): DictValue {
  readApprovalPolicy(given, "workflow_graph.approval_policy");
  const empty = (): Value => list([]);
  return withDefaults(given, {
    rules: empty(),
    auto_approve: empty(),
    auto_deny: empty(),
    require_approval: empty(),
    write_path_allowlist: empty(),
    allow_sensitive_paths: false,
    sensitive_path_patterns: empty(),
    allow_external_paths: false,
    external_roots: empty(),
    repeat_limit: null,
    repeat_action: null,
  });
}

function contractDict(given: DictValue | undefined, outputKinds: readonly string[]): DictValue {
  const kinds = itemsAt(given, "output_kinds");
  return withDefaults(given, {
    input_kinds: list([]),
    output_kinds: list(outputKinds),
    min_inputs: null,
    max_inputs: null,
    require_transcript: false,
    schema: null,
    ...(kinds === undefined || kinds.length === 0 ? {} : { output_kinds: list(kinds) }),
  });
}

/** What a kind of node puts out when its contract does not say. */
function outputKindsOf(kind: NodeKind, node: DictValue): readonly string[] {
  switch (kind) {
    case "verify":
      return ["verification_result"];
    case "map":
      return [textAt(dictAt(node, "map_policy"), "output_kind") ?? "artifact"];
    case "reduce":
      return [textAt(dictAt(node, "reduce_policy"), "output_kind") ?? "summary"];
    case "escalation":
      return ["plan"];
    case "fork":
    case "join":
    case "condition":
      return nothing;
    default:
      return ["artifact"];
  }
}

/** A node with every field written. Functions of its tools stay what they are. */
export function normalNode(id: string, node: DictValue): DictValue {
  const word = textAt(node, "kind") ?? "stage";
  const kind = nodeKinds.find((known) => known === word);
  if (kind === undefined)
    throw thrown(`workflow_graph: node ${id}: unknown kind '${word}'; expected one of ${nodeKinds.join(", ")}`);
  return record({
    id,
    kind,
    mode: textAt(node, "mode") ?? null,
    prompt: node.get("prompt") ?? null,
    system: node.get("system") ?? null,
    task_label: node.get("task_label") ?? null,
    done_sentinel: node.get("done_sentinel") ?? null,
    tools: node.get("tools") ?? null,
    verify: node.get("verify") ?? null,
    exit_when_verified: boolAt(node, "exit_when_verified") ?? false,
    output_visibility: node.get("output_visibility") ?? null,
    context_assembler: node.get("context_assembler") ?? undefined,
    metadata: dictAt(node, "metadata") ?? new DictValue(),
    auto_compact: withDefaults(dictAt(node, "auto_compact"), {
      enabled: false,
      ...nils(
        "compact_strategy",
        "hard_limit_strategy",
        "hard_limit_tokens",
        "token_threshold",
        "tool_output_max_chars",
      ),
    }),
    model_policy: withDefaults(dictAt(node, "model_policy"), {
      native_tool_fallback: "reject",
      ...nils(
        "iteration_budget",
        "max_iterations",
        "max_nudges",
        "max_tokens",
        "model",
        "model_tier",
        "nudge",
        "provider",
        "require_successful_tools",
        "stop_after_successful_tools",
        "temperature",
        "tool_examples",
        "tool_format",
        "turn_policy",
      ),
    }),
    context_policy: contextPolicyDict(dictAt(node, "context_policy")),
    retry_policy: withDefaults(dictAt(node, "retry_policy"), {
      ...nils("backoff_ms", "backoff_multiplier"),
      repair: false,
      verify: false,
      max_attempts: Math.max(1, intAt(dictAt(node, "retry_policy"), "max_attempts") ?? 1),
    }),
    capability_policy: capabilityDict(dictAt(node, "capability_policy")),
    approval_policy: approvalDict(dictAt(node, "approval_policy")),
    map_policy: withDefaults(dictAt(node, "map_policy"), {
      items: list([]),
      ...nils("item_artifact_kind", "max_concurrent", "max_items", "output_kind"),
    }),
    join_policy: withDefaults(dictAt(node, "join_policy"), {
      strategy: "all",
      require_all_inputs: false,
      min_completed: null,
    }),
    reduce_policy: withDefaults(dictAt(node, "reduce_policy"), {
      strategy: "concat",
      separator: null,
      output_kind: null,
    }),
    escalation_policy: withDefaults(dictAt(node, "escalation_policy"), nils("level", "queue", "reason")),
    input_contract: contractDict(dictAt(node, "input_contract"), nothing),
    output_contract: contractDict(dictAt(node, "output_contract"), outputKindsOf(kind, node)),
    branch_semantics: withDefaults(
      dictAt(node, "branch_semantics"),
      nils(
        "condition_false",
        "condition_true",
        "escalation",
        "failure",
        "loop_continue",
        "loop_exit",
        "success",
        "verify_fail",
        "verify_pass",
      ),
    ),
  });
}

const shorthand = ["act", "verify", "repair"];

/** A graph with every field written, from a whole one or from the short form `{act, verify, repair}`. */
export function normalGraph(newId: () => string, given: DictValue | undefined): DictValue {
  const base = given ?? new DictValue();
  understood(() => checkGraphShape(jsonOfValue(base)));
  const isShort = !base.has("nodes") && shorthand.some((key) => isDict(base.get(key)));
  const nodes = isShort ? shortNodes(base) : (dictAt(base, "nodes") ?? new DictValue());
  const edges = isShort ? shortEdges(nodes) : (itemsAt(base, "edges") ?? []).filter(isDict);
  const normal = [...nodes.entries()].map(([id, node]): [string, Value] => [
    id,
    normalNode(id, isDict(node) ? node : new DictValue()),
  ]);
  const id = textAt(base, "id") ?? "";
  return record({
    _type: "workflow_graph",
    id: id === "" ? `workflow_${newId()}` : id,
    name: textAt(base, "name") ?? null,
    version: intAt(base, "version") ?? 1,
    entry: textAt(base, "entry") ?? normal[0]?.[0] ?? "act",
    nodes: new DictValue(new Map(normal)),
    edges: list(edges.map(edgeDict)),
    capability_policy: capabilityDict(dictAt(base, "capability_policy")),
    approval_policy: approvalDict(dictAt(base, "approval_policy")),
    metadata: dictAt(base, "metadata") ?? new DictValue(),
    audit_log: list(itemsAt(base, "audit_log") ?? []),
  });
}

function shortNodes(base: DictValue): DictValue {
  const nodes = new Map<string, Value>();
  for (const key of shorthand) {
    const node = base.get(key);
    if (!isDict(node)) continue;
    const isBare = key === "verify" && !node.has("kind");
    nodes.set(key, isBare ? record({ kind: "verify", verify: node }) : node);
  }
  return new DictValue(nodes);
}

function shortEdges(nodes: DictValue): DictValue[] {
  const all = [
    record({ from: "act", to: "verify" }),
    record({ from: "verify", to: "repair", branch: "failed" }),
    record({ from: "repair", to: "verify", branch: "retry" }),
  ];
  return all.filter((edge) => nodes.has(textAt(edge, "from") ?? "") && nodes.has(textAt(edge, "to") ?? ""));
}

export function edgeDict(edge: DictValue): DictValue {
  return record({
    from: textAt(edge, "from") ?? "",
    to: textAt(edge, "to") ?? "",
    branch: textAt(edge, "branch") ?? null,
    label: textAt(edge, "label") ?? null,
  });
}

export function readGraph(dict: DictValue): WorkflowGraph {
  const nodes = dictAt(dict, "nodes") ?? new DictValue();
  return {
    dict,
    id: textAt(dict, "id") ?? "",
    name: textAt(dict, "name") ?? "workflow",
    entry: textAt(dict, "entry") ?? "",
    nodes: new Map([...nodes.entries()].flatMap(([id, node]) => (isDict(node) ? [[id, node] as const] : []))),
    edges: (itemsAt(dict, "edges") ?? []).filter(isDict).map((edge) => ({
      from: textAt(edge, "from") ?? "",
      to: textAt(edge, "to") ?? "",
      branch: textAt(edge, "branch"),
      label: textAt(edge, "label"),
    })),
  };
}
