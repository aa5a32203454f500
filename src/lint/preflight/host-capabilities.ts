/** The host operations that programs may name in `host_call`, by capability. */
export type HostCapabilities = ReadonlyMap<string, ReadonlySet<string>>;

/** What every host of Harn is taken to offer; projects declare what theirs adds. */
const common: Readonly<Record<string, string>> = {
  diagnostics: "get_causal_traces get_errors",
  editor: "get_active_file get_selection get_visible_files",
  git: "get_branch get_diff",
  interaction: "ask",
  learning: "get_learned_rules report_correction",
  process: "exec get_default_shell list_shells set_default_shell shell_invocation",
  project:
    "agent_instructions code_patterns compute_content_hash ide_context lessons mcp_config metadata_get metadata_refresh_hashes metadata_save metadata_set metadata_stale path_metadata_entries path_metadata_get path_metadata_set scan scope_test_command test_commands",
  runtime: "approved_plan dry_run pipeline_input record_run set_result task",
  session: "active_roots changed_paths preread_get preread_read_many",
  template: "render",
  workspace: "apply_edit delete exists file_exists list project_root read_text roots write_text",
};

/**
 * The common capabilities with what declarations add. A declaration is a table of capability to operations: a list of names,
 * `{operations: […]}`, or a table whose keys are the names. It may stand under `capabilities`. What has another form is ignored.
 */
export function hostCapabilities(...declarations: readonly unknown[]): HostCapabilities {
  const all = new Map<string, Set<string>>();
  for (const [capability, operations] of Object.entries(common)) all.set(capability, new Set(operations.split(" ")));
  for (const declaration of declarations) {
    for (const [capability, declared] of Object.entries(tableOf(declaration))) {
      const operations = all.get(capability) ?? new Set<string>();
      all.set(capability, operations);
      for (const operation of operationsOf(declared)) operations.add(operation);
    }
  }
  return all;
}

function tableOf(declaration: unknown): Readonly<Record<string, unknown>> {
  if (!isTable(declaration)) return {};
  return isTable(declaration.capabilities) ? declaration.capabilities : declaration;
}

function operationsOf(declared: unknown): readonly string[] {
  if (Array.isArray(declared)) return declared.filter((name) => typeof name === "string");
  if (!isTable(declared)) return [];
  const { operations, ops } = declared;
  if (Array.isArray(operations)) return operationsOf(operations);
  if (Array.isArray(ops)) return operationsOf(ops);
  return Object.keys([operations, ops].find(isTable) ?? declared);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isOffered(capabilities: HostCapabilities, name: string): boolean {
  const { capability, operation } = splitCapability(name);
  return capabilities.get(capability)?.has(operation) === true;
}

/** `a.b.c` is operation `b.c` of capability `a`. Without a dot the operation is empty. */
export function splitCapability(name: string): { readonly capability: string; readonly operation: string } {
  const dot = name.indexOf(".");
  if (dot < 0) return { capability: name, operation: "" };
  return { capability: name.slice(0, dot), operation: name.slice(dot + 1) };
}

export function isCapabilityName(name: string): boolean {
  return /^[^.\s]+\.[^\s]*[^.\s]$/.test(name);
}
