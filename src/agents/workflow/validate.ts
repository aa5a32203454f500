import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { dictAt, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { readTools } from "../../llm/tools/registry.ts";
import { type CapabilityPolicy, intersectPolicies, policyJson, readPolicy } from "../../runtime/index.ts";
import { type DictValue, Raise, show, type Value } from "../../value/index.ts";
import { callFacts } from "../permissions/call-facts.ts";
import { annotationsOf, exceedsToolCeiling } from "../permissions/tool-ceiling.ts";
import type { WorkflowGraph } from "./graph.ts";

export interface Validation {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly reachable: readonly string[];
}

/** What is wrong with a graph, and whether it stays below a ceiling. */
export function validateGraph(graph: WorkflowGraph, ceiling: CapabilityPolicy | undefined): Validation {
  const errors: string[] = [];
  const warnings: string[] = [];
  if (!graph.nodes.has(graph.entry)) errors.push(`entry node does not exist: ${graph.entry}`);
  for (const edge of graph.edges) {
    if (!graph.nodes.has(edge.from)) errors.push(`edge.from references unknown node: ${edge.from}`);
    if (!graph.nodes.has(edge.to)) errors.push(`edge.to references unknown node: ${edge.to}`);
  }
  const reachable = reach(graph);
  for (const id of graph.nodes.keys()) if (!reachable.includes(id)) warnings.push(`node is unreachable: ${id}`);
  for (const [id, node] of graph.nodes) checkNode(graph, id, node, errors, warnings);
  if (ceiling !== undefined) errors.push(...beyond(graph, ceiling));
  return { errors, warnings, reachable };
}

function reach(graph: WorkflowGraph): string[] {
  const seen = new Set([graph.entry]);
  for (const id of seen) for (const edge of graph.edges) if (edge.from === id) seen.add(edge.to);
  return [...seen].sort();
}

function checkNode(graph: WorkflowGraph, id: string, node: DictValue, errors: string[], warnings: string[]): void {
  const out = graph.edges.filter((edge) => edge.from === id);
  switch (textAt(node, "kind")) {
    case "condition":
      if (!["true", "false"].every((branch) => out.some((edge) => edge.branch === branch)))
        errors.push(`node ${id}: condition nodes require both 'true' and 'false' branch edges`);
      return;
    case "fork":
      if (out.length < 2) errors.push(`node ${id}: fork nodes require at least two outgoing edges`);
      return;
    case "join":
      if (graph.edges.filter((edge) => edge.to === id).length < 2)
        warnings.push(`node ${id}: join node has fewer than two incoming edges`);
      return;
    case "map": {
      const policy = dictAt(node, "map_policy");
      const hasItems = (itemsAt(policy, "items") ?? []).length > 0;
      const kinds = itemsAt(dictAt(node, "input_contract"), "input_kinds") ?? [];
      if (!hasItems && textAt(policy, "item_artifact_kind") === undefined && kinds.length === 0)
        errors.push(`node ${id}: map nodes require items, item_artifact_kind, or input_contract.input_kinds`);
      return;
    }
  }
}

function beyond(graph: WorkflowGraph, ceiling: CapabilityPolicy): string[] {
  const errors: string[] = [];
  const own = policyOf(graph.dict);
  const attempt = (place: string, outer: CapabilityPolicy, requested: CapabilityPolicy): CapabilityPolicy => {
    try {
      return intersectPolicies(outer, requested);
    } catch (error) {
      if (!(error instanceof Raise)) throw error;
      errors.push(`${place}${show(error.value)}`);
      return outer;
    }
  };
  const workflow = attempt("workflow: ", ceiling, own);
  for (const [id, node] of graph.nodes) {
    const policy = attempt(`node ${id}: `, workflow, policyOf(node));
    for (const entry of readTools(node.get("tools") ?? null)) {
      const annotations = annotationsOf(policy, entry, entry.name);
      const facts = callFacts({ id: "", name: entry.name, arguments: null }, entry, annotations);
      const problem = exceedsToolCeiling(policy, facts, annotations);
      if (problem !== undefined) errors.push(`node ${id}: ${problem} (host ceiling)`);
    }
  }
  return errors;
}

/** The capability policy of a graph or node. */
export function policyOf(dict: DictValue): CapabilityPolicy {
  const given = dictAt(dict, "capability_policy");
  return readPolicy(given === undefined ? {} : jsonOfValue(given));
}

export function validationDict(validation: Validation): DictValue {
  return record({
    valid: validation.errors.length === 0,
    errors: list(validation.errors),
    warnings: list(validation.warnings),
    reachable_nodes: list(validation.reachable),
  });
}

/** What each node may do, beside the ceiling that it is held to. */
export function policyReport(graph: WorkflowGraph, ceiling: CapabilityPolicy | undefined): DictValue {
  const shown = (policy: CapabilityPolicy): Value => valueOfJson(policyJson(policy));
  return record({
    ceiling: ceiling === undefined ? null : shown(ceiling),
    workflow_policy: shown(policyOf(graph.dict)),
    nodes: list(
      [...graph.nodes].map(([id, node]) => {
        const tools = readTools(node.get("tools") ?? null);
        return record({
          node_id: id,
          policy: shown(policyOf(node)),
          tools: tools.length === 0 ? null : list(tools.map((tool) => tool.name)),
        });
      }),
    ),
    validation: validationDict(validateGraph(graph, ceiling)),
  });
}
