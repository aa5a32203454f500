import { type ConfigPath, type ConfigTable, type ConfigValue, eachLeaf, isTable, pathText } from "./document.ts";
import type { ConfigLayer } from "./layer.ts";

export type CandidateStatus = "applied" | "shadowed" | "locked" | "denied";

/** What one layer says about a field, and what came of it. */
export interface Candidate {
  readonly kind: ConfigLayer["kind"];
  readonly layer: string;
  readonly source: string;
  readonly status: CandidateStatus;
  readonly value: ConfigValue;
  /** Which policy kept it out. */
  readonly blocked_by?: string;
}

/** Where the value of a field comes from. */
export interface FieldOrigin {
  readonly path: string;
  readonly value: ConfigValue;
  readonly kind: ConfigLayer["kind"];
  readonly layer: string;
  readonly source: string;
  readonly locked_by?: string;
  readonly denied_by?: string;
  readonly candidates: readonly Candidate[];
}

export interface MergedConfig {
  readonly config: ConfigTable;
  readonly origins: readonly FieldOrigin[];
}

/** A field or a section that a managed layer has closed. */
interface Closed {
  readonly field: string;
  readonly by: string;
}

interface Offer {
  readonly layer: ConfigLayer;
  readonly value: ConfigValue;
  /** The lock that a stronger layer came too late for. */
  readonly lock?: Closed;
}

/**
 * Later layers win, field by field. Only the policy of a managed layer counts: what it locks keeps the value that it has once that layer
 * is merged, and what it denies keeps the built-in one, whoever set it (cli-and-config §8).
 */
export function mergeLayers(layers: readonly ConfigLayer[]): MergedConfig {
  const offers = new Map<string, { readonly path: ConfigPath; readonly offers: Offer[] }>();
  const locks: Closed[] = [];
  for (const layer of layers) {
    eachLeaf(layer.values, (path, value) => {
      const text = pathText(path);
      const field = offers.get(text) ?? { path, offers: [] };
      const lock = closing(locks, text);
      field.offers.push({ layer, value, ...(lock && { lock }) });
      offers.set(text, field);
    });
    locks.push(...closedBy(layer, "locked_fields"));
  }
  const denials = layers.flatMap((layer) => closedBy(layer, "denied_fields"));
  const sections = withEntries([...offers.keys()]);
  const fields = [...offers].filter(([text]) => !sections.has(text)).sort(([a], [b]) => (a < b ? -1 : 1));
  const origins = fields.map(([text, field]) =>
    originOf(text, field.offers, closing(denials, text), closing(locks, text)),
  );
  const config = {};
  for (const [index, [, { path }]] of fields.entries()) place(config, path, origins[index]?.value ?? null);
  return { config, origins };
}

/** An empty table of one layer is no field where another layer has entries in it. */
function withEntries(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.filter((path) => paths.some((other) => other.startsWith(`${path}.`))));
}

function originOf(
  path: string,
  offers: readonly Offer[],
  denial: Closed | undefined,
  lock: Closed | undefined,
): FieldOrigin {
  const blockOf = ({ layer, lock: late }: Offer): Pick<Candidate, "status" | "blocked_by"> | undefined => {
    if (denial && layer.kind !== "built_in_defaults") {
      return { status: "denied", blocked_by: `${denial.by} denied ${denial.field}` };
    }
    return late && { status: "locked", blocked_by: `${late.by} locked ${late.field}` };
  };
  const winner = offers.findLast((offer) => blockOf(offer) === undefined);
  const candidates = offers.map((offer): Candidate => {
    const { layer, value } = offer;
    const free = { status: offer === winner ? "applied" : "shadowed" } as const;
    return { kind: layer.kind, layer: layer.name, source: layer.source, value, ...(blockOf(offer) ?? free) };
  });
  // A field that no built-in value stands behind is absent once it is denied; it is told as null.
  const { kind, name, source } = winner?.layer ?? (offers[0] as Offer).layer;
  return {
    path,
    value: winner?.value ?? null,
    kind,
    layer: name,
    source,
    ...(lock && { locked_by: lock.by }),
    ...(denial && { denied_by: denial.by }),
    candidates,
  };
}

function closedBy({ kind, source, values }: ConfigLayer, list: "locked_fields" | "denied_fields"): Closed[] {
  if (kind !== "managed_policy" || !isTable(values.policy)) return [];
  const fields = values.policy[list];
  return Array.isArray(fields) ? fields.map((field) => ({ field: String(field), by: source })) : [];
}

/** The widest of the closed fields and sections that hold this one. */
function closing(closed: readonly Closed[], path: string): Closed | undefined {
  return closed
    .filter(({ field }) => path === field || path.startsWith(`${field}.`))
    .reduce<Closed | undefined>(
      (widest, each) => (widest && widest.field.length <= each.field.length ? widest : each),
      undefined,
    );
}

function place(config: Record<string, unknown>, path: ConfigPath, value: ConfigValue): void {
  let at = config;
  for (const key of path.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[path.at(-1) ?? ""] = value;
}
