import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { record } from "../../llm/fields.ts";
import { type CapabilityPolicy, PolicyShapeError, readPolicy } from "../../runtime/index.ts";
import { DictValue, runtimeError } from "../../value/index.ts";
import { agentService } from "../service.ts";
import { audited, diffGraphs, type EditSource, insertNode, rewire, setField, withNode } from "../workflow/edits.ts";
import { executeWorkflow } from "../workflow/engine.ts";
import { normalGraph, readGraph } from "../workflow/graph.ts";
import { policyReport, validateGraph, validationDict } from "../workflow/validate.ts";
import { artifactSource } from "./artifacts.ts";

const workflow = declare("workflow");
const workflowRuns = declare("workflow-harn");
const graph = req("workflow", t.dict);
const maybeGraph = opt("workflow", t.nilable(t.dict));
const nodeId = req("node_id", t.string);
const ceilingParam = opt("ceiling", t.dict);

function newId(context: CallContext): () => string {
  return context.service(agentService).newId;
}

function sourceOf(context: CallContext): EditSource {
  return artifactSource(context);
}

function ceilingOf(builtin: string, given: DictValue | undefined): CapabilityPolicy | undefined {
  if (given === undefined) return undefined;
  try {
    return readPolicy(jsonOfValue(given));
  } catch (error) {
    if (error instanceof PolicyShapeError) throw runtimeError(`${builtin}: invalid ceiling: ${error.message}`);
    throw error;
  }
}

function setter(name: string, field: string, what: string): Builtin {
  return workflow({
    name,
    summary: `The graph with ${what} of one node set.`,
    params: [graph, nodeId, req("policy", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, given, id, policy) => setField(sourceOf(context), given, id, field, policy),
  });
}

export const workflowBuiltins: readonly Builtin[] = [
  workflow({
    name: "workflow_graph",
    summary: "A workflow graph with every field filled, from nodes and edges or from `{act, verify, repair}`.",
    params: [maybeGraph],
    returns: t.dict,
    effect: "agent",
    examples: [['workflow_graph({nodes: {a: {kind: "stage"}}, entry: "a"}).entry', "a"]],
    run: (context, given) => normalGraph(newId(context), given ?? undefined),
  }),
  workflow({
    name: "workflow_validate",
    summary: "What is wrong with a graph, and whether it stays below a ceiling.",
    params: [maybeGraph, ceilingParam],
    returns: t.dict,
    effect: "agent",
    examples: [['workflow_validate({nodes: {a: {kind: "stage"}}, entry: "a"}).valid', "true"]],
    run: (context, given, ceiling) =>
      validationDict(
        validateGraph(
          readGraph(normalGraph(newId(context), given ?? undefined)),
          ceilingOf("workflow_validate", ceiling),
        ),
      ),
  }),
  workflow({
    name: "workflow_inspect",
    summary: "A graph with its size and validation.",
    params: [maybeGraph, ceilingParam],
    returns: t.dict,
    effect: "agent",
    run: (context, given, ceiling) => {
      const dict = normalGraph(newId(context), given ?? undefined);
      const read = readGraph(dict);
      return record({
        graph: dict,
        validation: validationDict(validateGraph(read, ceilingOf("workflow_inspect", ceiling))),
        node_count: read.nodes.size,
        edge_count: read.edges.length,
      });
    },
  }),
  workflow({
    name: "workflow_policy_report",
    summary: "What each node of a graph may do, beside the ceiling it is held to.",
    params: [maybeGraph, ceilingParam],
    returns: t.dict,
    effect: "agent",
    run: (context, given, ceiling) =>
      policyReport(
        readGraph(normalGraph(newId(context), given ?? undefined)),
        ceilingOf("workflow_policy_report", ceiling),
      ),
  }),
  workflow({
    name: "workflow_clone",
    summary: "A copy of a graph under an id of its own.",
    params: [graph],
    returns: t.dict,
    effect: "agent",
    run: (context, given) =>
      audited(
        sourceOf(context),
        normalGraph(newId(context), given ?? undefined).with("id", `workflow_${newId(context)()}`),
        "clone",
        undefined,
        undefined,
      ),
  }),
  workflow({
    name: "workflow_commit",
    summary: "The graph with a note in its audit log that it is ready.",
    params: [graph, opt("reason", t.string)],
    returns: t.dict,
    effect: "agent",
    run: (context, given, reason) => {
      const dict = normalGraph(newId(context), given ?? undefined);
      const { errors } = validateGraph(readGraph(dict), undefined);
      if (errors.length > 0) throw runtimeError(`workflow_commit: invalid workflow: ${errors.join("; ")}`);
      return audited(sourceOf(context), dict, "commit", undefined, reason);
    },
  }),
  workflow({
    name: "workflow_insert_node",
    summary: "The graph with one more node, and an edge if one is given.",
    params: [graph, req("node", t.dict), opt("edge", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, given, node, edge) => insertNode(sourceOf(context), given, node, edge),
  }),
  workflow({
    name: "workflow_replace_node",
    summary: "The graph with another node in the place of one.",
    params: [graph, nodeId, req("node", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, given, id, node) =>
      audited(
        sourceOf(context),
        withNode(normalGraph(newId(context), given ?? undefined), id, node),
        "replace_node",
        id,
        undefined,
      ),
  }),
  workflow({
    name: "workflow_rewire",
    summary: "The graph with the edge of one branch leading elsewhere.",
    params: [graph, req("from", t.string), req("to", t.string), opt("branch", t.string)],
    returns: t.dict,
    effect: "agent",
    run: (context, given, from, to, branch) => rewire(sourceOf(context), given, from, to, branch),
  }),
  setter("workflow_set_model_policy", "model_policy", "the model policy"),
  setter("workflow_set_context_policy", "context_policy", "the context policy"),
  setter("workflow_set_auto_compact", "auto_compact", "the compaction"),
  workflow({
    name: "workflow_set_output_visibility",
    summary: "The graph with the visibility of one node's output set.",
    params: [graph, nodeId, req("visibility", t.nilable(t.string))],
    returns: t.dict,
    effect: "agent",
    run: (context, given, id, visibility) => setField(sourceOf(context), given, id, "output_visibility", visibility),
  }),
  workflow({
    name: "workflow_diff",
    summary: "Whether two graphs differ, and both in their normal form.",
    params: [req("left", t.dict), req("right", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, left, right) => diffGraphs(newId(context), left, right),
  }),
  workflowRuns({
    name: "workflow_execute",
    summary: "Runs a workflow graph on a task and keeps a record of it.",
    params: [req("task", t.string), graph, opt("artifacts", t.list), opt("options", t.dict)],
    returns: t.dict,
    // What its stages do are effects of their own.
    effect: "state",
    run: (context, task, given, artifacts, options) =>
      context.async(() =>
        executeWorkflow(
          context,
          context.service(agentService),
          task,
          given,
          artifacts?.toArray() ?? [],
          options ?? new DictValue(),
        ),
      ),
  }),
];
