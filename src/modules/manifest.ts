import { parse as parseToml } from "smol-toml";

/** `harn.toml` as far as language tools read it. Sections of other rooms stay in `raw`. */
export interface Manifest {
  readonly package: PackageSection;
  readonly check: CheckSection;
  readonly lint: LintSection;
  readonly format: FormatSection;
  /** `[workspace] pipelines`. */
  readonly pipelines: readonly string[];
  /** Public name to a file inside the package. */
  readonly exports: ReadonlyMap<string, string>;
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface PackageSection {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: string;
  readonly docsUrl?: string;
  /** The range of language versions it works with. */
  readonly harn?: string;
  readonly evals: readonly string[];
  readonly permissions: readonly string[];
  readonly hostRequirements: readonly string[];
}

export type PreflightSeverity = "error" | "warning" | "off";

export interface CheckSection {
  readonly strict: boolean;
  readonly strictTypes: boolean;
  readonly disableRules: readonly string[];
  readonly ambientStdio: "warn" | "deny";
  readonly preflightSeverity: PreflightSeverity;
  readonly preflightAllow: readonly string[];
  readonly bundleRoot?: string;
  readonly hostCapabilitiesPath?: string;
  readonly hostCapabilities?: Readonly<Record<string, unknown>>;
}

export interface LintSection {
  readonly disabled: readonly string[];
  readonly requireFileHeader: boolean;
  readonly complexityThreshold: number;
  readonly templateVariantBranchThreshold: number;
  readonly personaStepAllowlist: readonly string[];
}

export interface FormatSection {
  readonly lineWidth: number;
  readonly separatorWidth: number;
}

/** Throws the TOML reader's error. Unknown keys, and values of another type than expected, are ignored. */
export function parseManifest(text: string): Manifest {
  const raw: Record<string, unknown> = parseToml(text);
  return {
    package: packageSection(new Section(raw.package)),
    check: checkSection(new Section(raw.check)),
    lint: lintSection(new Section(raw.lint)),
    format: formatSection(new Section(raw.fmt)),
    pipelines: new Section(raw.workspace).texts("pipelines"),
    exports: new Section(raw.exports).textMap(),
    raw,
  };
}

function packageSection(section: Section): PackageSection {
  return {
    ...section.pick("name", "name"),
    ...section.pick("version", "version"),
    ...section.pick("description", "description"),
    ...section.pick("license", "license"),
    ...section.pick("repository", "repository"),
    ...section.pick("docsUrl", "docs_url"),
    ...section.pick("harn", "harn", "harn_version", "harn_version_range"),
    evals: section.texts("evals"),
    permissions: section.texts("permissions"),
    hostRequirements: section.texts("host_requirements"),
  };
}

function checkSection(section: Section): CheckSection {
  const capabilities = section.get("host_capabilities");
  return {
    strict: section.flag("strict"),
    strictTypes: section.flag("strict_types"),
    disableRules: section.texts("disable_rules"),
    ambientStdio: section.text("ambient_stdio") === "deny" ? "deny" : "warn",
    preflightSeverity: preflightSeverity(section.text("preflight_severity")),
    preflightAllow: section.texts("preflight_allow"),
    ...section.pick("bundleRoot", "bundle_root"),
    ...section.pick("hostCapabilitiesPath", "host_capabilities_path", "host_capabilities_file"),
    ...(isTable(capabilities) ? { hostCapabilities: capabilities } : {}),
  };
}

function preflightSeverity(word: string | undefined): PreflightSeverity {
  switch (word) {
    case "warning":
    case "warn":
      return "warning";
    case "off":
    case "allow":
    case "silent":
      return "off";
    default:
      return "error";
  }
}

function lintSection(section: Section): LintSection {
  return {
    disabled: section.texts("disabled"),
    requireFileHeader: section.flag("require_file_header"),
    complexityThreshold: section.count("complexity_threshold", 25),
    templateVariantBranchThreshold: section.count("template_variant_branch_threshold", 3),
    personaStepAllowlist: section.texts("persona_step_allowlist"),
  };
}

function formatSection(section: Section): FormatSection {
  return { lineWidth: section.count("line_width", 100), separatorWidth: section.count("separator_width", 0) };
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** One table of the file, read leniently. A key may be written with `-` for `_`. */
class Section {
  readonly #table: Readonly<Record<string, unknown>>;

  constructor(table: unknown) {
    this.#table = isTable(table) ? table : {};
  }

  get(...keys: readonly string[]): unknown {
    for (const key of keys) {
      const value = this.#table[key] ?? this.#table[key.replaceAll("_", "-")];
      if (value !== undefined) return value;
    }
    return undefined;
  }

  text(...keys: readonly string[]): string | undefined {
    const value = this.get(...keys);
    return typeof value === "string" ? value : undefined;
  }

  /** `{[field]: text}` where the text is there, else nothing: for fields that may be absent. */
  pick<F extends string>(field: F, ...keys: readonly string[]): { readonly [K in F]?: string } {
    const text = this.text(...keys);
    return (text === undefined ? {} : { [field]: text }) as { readonly [K in F]?: string };
  }

  texts(key: string): readonly string[] {
    const value = this.get(key);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  flag(key: string): boolean {
    return this.get(key) === true;
  }

  count(key: string, fallback: number): number {
    const value = Number(this.get(key) ?? fallback);
    return Number.isInteger(value) && value >= 0 ? value : fallback;
  }

  textMap(): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(this.#table).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  }
}
