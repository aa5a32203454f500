import { languageVersion } from "../builtin/index.ts";
/** A bundle's manifest, as far as this product reads it. Its text is what counts: the hash is made of it. */
export interface BundleManifest {
  readonly schema_version: number;
  readonly entrypoint: string;
  readonly transitive_modules: readonly ModuleRow[];
  readonly harn_version: string;
  readonly sbom: {
    readonly format?: string;
    readonly version?: string;
    readonly packages: readonly SbomPackage[];
    readonly relationships: readonly SbomRelationship[];
  };
  readonly signature: BundleSignature | null;
  readonly [key: string]: unknown;
}

export interface ModuleRow {
  readonly path: string;
  readonly source_hash_blake3: string;
  readonly harnbc_hash_blake3: string;
}

export interface SbomPackage {
  readonly name: string;
  readonly version: string | null;
  readonly package_hash_blake3: string | null;
  readonly license: string | null;
}

export interface SbomRelationship {
  readonly from: string;
  readonly to: string;
  readonly relationship_type: string;
}

export interface BundleSignature {
  readonly key_id: string | null;
  readonly public_key: string;
  readonly signature: string;
  readonly manifest_hash_blake3: string;
  readonly algorithm: string;
}

/** The version of the language that bundles are made for and checked against: this product speaks that of the reference. */
export const bundleLanguageVersion = languageVersion;

export interface ManifestParts {
  readonly entrypoint: string;
  readonly stem: string;
  readonly modules: readonly ModuleRow[];
  readonly providerCatalogHash: string;
  readonly packages: readonly SbomPackage[];
  readonly relationships: readonly SbomRelationship[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Keys stand in the order that the hash of a bundle depends on. */
export function newManifest(parts: ManifestParts): BundleManifest {
  const { entrypoint, metadata, modules, packages, providerCatalogHash, relationships, stem } = parts;
  return {
    schema_version: 2,
    entrypoint,
    transitive_modules: modules,
    stdlib_version: bundleLanguageVersion,
    harn_version: bundleLanguageVersion,
    provider_catalog_hash: providerCatalogHash,
    tool_manifest: [],
    sbom: { format: "spdx-lite", version: "2.3", packages, relationships },
    signature: null,
    parent_trust_record_id: null,
    id: stem,
    name: stem,
    version: "0.0.0",
    triggers: [
      {
        id: "manual",
        kind: "manual",
        provider: null,
        events: [],
        schedule: null,
        delay: null,
        webhook_path: null,
        mcp_tool: null,
        resume_key: null,
        node_id: "entry",
        metadata: {},
      },
    ],
    workflow: workflowOf(stem),
    prompt_capsules: {},
    policy: {
      autonomy_tier: "act_with_approval",
      tool_policy: {},
      approval_required: [],
      retry: { max_attempts: 1, backoff: "none" },
      catchup: { mode: "none", max_events: null },
    },
    connectors: [],
    environment: { repo_setup_profile: null, worktree_policy: "host_managed", command_gates: [] },
    receipts: { run_id: null, event_ids: [], workflow_version: null, graph_digest: null },
    metadata,
  };
}

const capabilityPolicy = {
  tools: [],
  capabilities: {},
  workspace_roots: [],
  side_effect_level: null,
  recursion_limit: null,
  tool_arg_constraints: [],
  tool_annotations: {},
  sandbox_profile: "worktree",
};

const approvalPolicy = {
  rules: [],
  auto_approve: [],
  auto_deny: [],
  require_approval: [],
  write_path_allowlist: [],
  allow_sensitive_paths: false,
  sensitive_path_patterns: [],
  allow_external_paths: false,
  external_roots: [],
  repeat_limit: null,
  repeat_action: null,
};

const contract = {
  input_kinds: [],
  output_kinds: [],
  min_inputs: null,
  max_inputs: null,
  require_transcript: false,
  schema: null,
};

/** A workflow of one step: the program. */
function workflowOf(stem: string): object {
  return {
    _type: "workflow_graph",
    id: `${stem}_pack`,
    name: stem,
    version: 1,
    entry: "entry",
    nodes: { entry: entryNode(stem) },
    edges: [],
    capability_policy: capabilityPolicy,
    approval_policy: approvalPolicy,
    metadata: {},
    audit_log: [],
  };
}

function entryNode(stem: string): object {
  return {
    id: "entry",
    kind: "action",
    mode: null,
    prompt: null,
    system: null,
    task_label: stem,
    done_sentinel: null,
    tools: null,
    model_policy: {
      provider: null,
      model: null,
      model_tier: null,
      temperature: null,
      max_tokens: null,
      max_iterations: null,
      iteration_budget: null,
      max_nudges: null,
      nudge: null,
      tool_examples: null,
      stop_after_successful_tools: null,
      require_successful_tools: null,
      turn_policy: null,
      tool_format: null,
      native_tool_fallback: "reject",
    },
    auto_compact: {
      enabled: false,
      token_threshold: null,
      tool_output_max_chars: null,
      compact_strategy: null,
      hard_limit_tokens: null,
      hard_limit_strategy: null,
    },
    output_visibility: null,
    context_policy: {
      max_artifacts: null,
      max_tokens: null,
      reserve_tokens: null,
      include_kinds: [],
      exclude_kinds: [],
      prioritize_kinds: [],
      pinned_ids: [],
      include_stages: [],
      prefer_recent: false,
      prefer_fresh: false,
      render: null,
    },
    retry_policy: { max_attempts: 1, verify: false, repair: false, backoff_ms: null, backoff_multiplier: null },
    capability_policy: capabilityPolicy,
    approval_policy: approvalPolicy,
    input_contract: contract,
    output_contract: contract,
    branch_semantics: {
      success: null,
      failure: null,
      verify_pass: null,
      verify_fail: null,
      condition_true: null,
      condition_false: null,
      loop_continue: null,
      loop_exit: null,
      escalation: null,
    },
    map_policy: { items: [], item_artifact_kind: null, output_kind: null, max_items: null, max_concurrent: null },
    join_policy: { strategy: "", require_all_inputs: false, min_completed: null },
    reduce_policy: { strategy: "", separator: null, output_kind: null },
    escalation_policy: { level: null, queue: null, reason: null },
    verify: null,
    exit_when_verified: false,
    metadata: {},
  };
}
