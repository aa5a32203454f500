import { entriesOf, filled, type Shape } from "./filled-shape.ts";
import { workflowShape } from "./workflow-shape.ts";

type Fields = Readonly<Record<string, unknown>>;

const trigger: Shape = {
  id: "",
  kind: "",
  provider: null,
  events: [],
  schedule: null,
  delay: null,
  webhook_path: null,
  mcp_tool: null,
  resume_key: null,
  node_id: null,
  metadata: entriesOf(null),
};

/** The part of a manifest that says what a bundle is for, and that outlives a new packing of its program. */
const shape = {
  parent_trust_record_id: null,
  id: "",
  name: null,
  version: "",
  triggers: [trigger],
  workflow: workflowShape,
  prompt_capsules: entriesOf({
    id: "",
    node_id: "",
    trigger_id: null,
    prompt: "",
    system: null,
    context: entriesOf(null),
  }),
  policy: {
    autonomy_tier: "act_with_approval",
    tool_policy: entriesOf(null),
    approval_required: [],
    retry: { max_attempts: 1, backoff: "none" },
    catchup: { mode: "latest", max_events: null },
  },
  connectors: [{ id: "", provider_id: "", scopes: [], setup_required: false, status_required: false }],
  environment: { repo_setup_profile: null, worktree_policy: "host_managed", command_gates: [] },
  receipts: { run_id: null, event_ids: [], workflow_version: null, graph_digest: null },
  metadata: entriesOf(null),
} satisfies Shape;

/** What a program that was never packed before is for: being run by hand, in a workflow of one step. */
export function newParts(stem: string): Fields {
  const parts = {
    id: stem,
    name: stem,
    version: "0.0.0",
    triggers: [{ id: "manual", kind: "manual", node_id: "entry" }],
    workflow: {
      id: `${stem}_pack`,
      name: stem,
      entry: "entry",
      nodes: { entry: { id: "entry", kind: "action", task_label: stem } },
    },
    policy: { catchup: { mode: "none" } },
  };
  return filled(shape, parts, "manifest") as Fields;
}

/** What an earlier bundle was for, of whatever version its manifest is, in the form of today. */
export function keptParts(manifest: Fields): Fields {
  const parts = Object.entries(shape).map(([key, item]) => [key, filled(item, manifest[key], key)]);
  const { policy, workflow, ...others } = Object.fromEntries(parts);
  return inOrder({ ...others, policy: withCatchup(policy, manifest.policy), workflow: canonicalWorkflow(workflow) });
}

/** The latest event alone is caught up with, unless the bundle says something else of it. */
function withCatchup(policy: Fields, given: unknown): Fields {
  return (given as Fields | null | undefined)?.catchup == null
    ? { ...policy, catchup: { mode: "latest", max_events: 1 } }
    : policy;
}

/** The hash of a bundle is made of a graph with its blanks filled in. */
function canonicalWorkflow(graph: Fields): Fields {
  const nodes = Object.entries(graph.nodes as Record<string, Fields>).map(([id, each]) => [
    id,
    canonicalNode(id, each),
  ]);
  const [first] = nodes;
  return {
    ...graph,
    _type: graph._type || "workflow_graph",
    version: graph.version || 1,
    entry: graph.entry || (first?.[0] ?? ""),
    nodes: Object.fromEntries(nodes),
    edges: [...(graph.edges as Fields[])].sort((left, right) =>
      Buffer.compare(Buffer.from(edgeKey(left)), Buffer.from(edgeKey(right))),
    ),
  };
}

function canonicalNode(id: string, given: Fields): Fields {
  const retry = given.retry_policy as Fields;
  return {
    ...given,
    id: given.id || id,
    kind: given.kind || "stage",
    retry_policy: { ...retry, max_attempts: retry.max_attempts || 1 },
  };
}

function edgeKey({ branch, from, label, to }: Fields): string {
  return [from, to, branch ?? "", label ?? ""].join("\0");
}

function inOrder(parts: Fields): Fields {
  return Object.fromEntries(Object.keys(shape).map((key) => [key, parts[key]]));
}
