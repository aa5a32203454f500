import type { Json } from "../../eventlog/index.ts";
import { readShape } from "../artifacts.ts";
import { anyJson, count, list, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const node = record("WorkflowNode", { kind: nullable(text) });
const edge = record("WorkflowEdge", { from: text, to: text, branch: nullable(text), label: nullable(text) });

const graph = record("WorkflowGraph", {
  id: text,
  name: nullable(text),
  version: count,
  entry: text,
  nodes: map(node),
  edges: list(edge),
  metadata: map(anyJson),
  audit_log: list(anyJson),
});

/** Throws, naming the place, when what should be a workflow graph is none. The short form `{act, verify, repair}` passes. */
export function checkGraphShape(json: Json): void {
  readShape("orchestration", () => graph.read(json, ""), json);
}
