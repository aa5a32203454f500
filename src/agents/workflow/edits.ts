import { dictAt, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { edgeDict, normalGraph, normalNode } from "./graph.ts";

/** What edits get ids and times from. */
export interface EditSource {
  readonly newId: () => string;
  /** RFC 3339. */
  readonly now: () => string;
}

/** The graph with an entry in its audit log that tells what was done to it. */
export function audited(
  source: EditSource,
  graph: DictValue,
  op: string,
  nodeId: string | undefined,
  reason: string | undefined,
): DictValue {
  const entry = record({
    id: `audit_${source.newId()}`,
    op,
    node_id: nodeId ?? null,
    timestamp: source.now(),
    reason: reason ?? null,
    metadata: new DictValue(),
  });
  return graph.with("audit_log", list([...(itemsAt(graph, "audit_log") ?? []), entry]));
}

export function withNode(graph: DictValue, id: string, node: DictValue): DictValue {
  return graph.with("nodes", merged(dictAt(graph, "nodes"), record({ [id]: normalNode(id, node) })));
}

export function insertNode(
  source: EditSource,
  given: DictValue,
  node: DictValue,
  edge: DictValue | undefined,
): DictValue {
  const graph = normalGraph(source.newId, given);
  const id = textAt(node, "id") ?? `node_${source.newId()}`;
  const grown = withNode(graph, id, node);
  const edges = itemsAt(grown, "edges") ?? [];
  const linked = edge === undefined ? grown : grown.with("edges", list([...edges, edgeDict(edge)]));
  return audited(source, linked, "insert_node", id, undefined);
}

export function rewire(
  source: EditSource,
  given: DictValue,
  from: string,
  to: string,
  branch: string | undefined,
): DictValue {
  const graph = normalGraph(source.newId, given);
  const kept = (itemsAt(graph, "edges") ?? []).filter((edge) => {
    const dict = dictAt(record({ edge }), "edge");
    return textAt(dict, "from") !== from || textAt(dict, "branch") !== branch;
  });
  const edges = [...kept, edgeDict(record({ from, to, branch }))];
  return audited(source, graph.with("edges", list(edges)), "rewire", from, undefined);
}

/** The graph with a policy of one node set anew. */
export function setField(source: EditSource, given: DictValue, nodeId: string, field: string, value: Value): DictValue {
  const graph = normalGraph(source.newId, given);
  const node = dictAt(dictAt(graph, "nodes"), nodeId) ?? new DictValue();
  const changed = withNode(graph, nodeId, node.with(field, value));
  return audited(source, changed, `set_${field}`, nodeId, undefined);
}

export function diffGraphs(newId: () => string, left: DictValue, right: DictValue): DictValue {
  const [a, b] = [normalGraph(newId, left), normalGraph(newId, right)];
  return record({ changed: stringifyJson(shown(a)) !== stringifyJson(shown(b)), left: a, right: b });
}

/** A graph without what tells of its making. */
function shown(graph: DictValue): DictValue {
  return graph.without("audit_log").without("id");
}
