import type { ConfigTable } from "./document.ts";

/** Layers from the weakest to the strongest. */
export type LayerKind =
  | "built_in_defaults"
  | "runtime_install_defaults"
  | "remote_defaults"
  | "user_config"
  | "project_config"
  | "repo_config"
  | "managed_policy"
  | "environment_overrides";

/** One source of settings. */
export interface ConfigLayer {
  readonly kind: LayerKind;
  /** For people: `user config`. */
  readonly name: string;
  /** Where it comes from: a path, an address, the environment. */
  readonly source: string;
  readonly values: ConfigTable;
}

/** What holds where nobody says anything (cli-and-config §8). */
export const builtInDefaults: ConfigLayer = {
  kind: "built_in_defaults",
  name: "built-in defaults",
  source: "harn-vm",
  values: {
    schema_version: 1,
    models: { default_provider: null, default_model: null, capability_refs: [], providers: {}, aliases: {} },
    permissions: { default: "ask", capabilities: {} },
    endpoints: { mcp: {}, a2a: {}, acp: {} },
    packages: { lockfile: null, sources: [] },
    skills: { paths: [], sources: [] },
    plugins: { sources: [] },
    logging: { level: "info", format: "text", file: null },
    retention: { days: 30, max_bytes: null },
    redaction: { mode: "standard", extra_fields: [], extra_url_params: [] },
    replay: { enabled: true, directory: null },
    limits: {
      budget_usd: null,
      tokens: null,
      concurrency: null,
      network: "ask",
      filesystem: "sandboxed",
      sandbox: "process",
    },
    policy: { locked_fields: [], denied_fields: [] },
  },
};
