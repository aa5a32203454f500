import {
  autonomyTiers,
  budgetStrategies,
  type PredicateBudget,
  type TriggerBudget,
  type TriggerSpec,
} from "../bindings/binding.ts";
import type { Handler } from "../bindings/handler.ts";
import { type RetryPolicy, retryPolicy } from "../bindings/retry.ts";
import { CronError, CronSchedule } from "../connectors/cron.ts";
import { providerKinds, requiredSecrets } from "../events/providers.ts";
import { isKeyedPriority, type ManifestFlow, readFlow } from "./flow.ts";
import { period, timeLimit } from "./periods.ts";
import { isFields, ManifestTriggerError, Table } from "./table.ts";

/** A function that a manifest names: `name` of the project's `lib.harn`, or `module::name`. */
export interface FunctionName {
  readonly text: string;
  readonly module: string | undefined;
  readonly name: string;
}

export type ManifestHandler = { readonly kind: "function"; readonly function: FunctionName } | Handler;

/** Ranks events that wait for a slot: what the key gives comes in this order, anything else after it. */
export interface ManifestRanking {
  readonly key: string;
  readonly order: readonly string[];
}

/** A `[[triggers]]` table, or one of its sources, as far as it can be understood without the project's code. */
export interface ManifestTrigger {
  readonly spec: Omit<TriggerSpec, "handler" | "when" | "flowControl">;
  readonly handler: ManifestHandler;
  readonly when: FunctionName | undefined;
  readonly flow: ManifestFlow;
  readonly ranking: ManifestRanking | undefined;
  readonly refuse: (problem: string) => never;
}

export interface TriggerManifest {
  readonly path: string;
  readonly packageName: string | null;
  /** What the file has under `triggers`. */
  readonly tables: unknown;
  /** Names of the personas that the project declares. */
  readonly personas: readonly string[];
}

const kinds = ["webhook", "cron", "poll", "stream", "predicate", "a2a-push"] as const;

/** The triggers of a manifest, sources and all. Throws a `ManifestTriggerError`. */
export function readTriggers(manifest: TriggerManifest): readonly ManifestTrigger[] {
  const { path, tables } = manifest;
  if (!Array.isArray(tables) || !tables.every(isFields))
    throw new ManifestTriggerError(`${path}: triggers must be a list of tables ([[triggers]])`);
  const seen = new Set<string>();
  return tables.flatMap((fields, index) =>
    withSources(fields).map(([id, own]) => {
      const refuse = (problem: string): never => {
        throw new ManifestTriggerError(`${path} [[triggers]] table #${index + 1} (id = ${id}): ${problem}`);
      };
      const trigger = readTrigger(id, new Table(own, "", refuse), manifest);
      if (seen.has(id)) refuse(`duplicate trigger id '${id}' across loaded manifests`);
      seen.add(id);
      return trigger;
    }),
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** A trigger with sources is one trigger for each, with what they have in common; `match` is each source's own. */
function withSources(fields: Fields): readonly (readonly [id: string, fields: Fields])[] {
  const { sources, match, ...common } = fields;
  const id = typeof fields.id === "string" ? fields.id : "";
  if (!Array.isArray(sources)) return [[id, fields]];
  return sources.filter(isFields).map((source, index): [string, Fields] => {
    const sourceId = typeof source.id === "string" ? source.id : `source-${index + 1}`;
    return [`${id}.${sourceId}`, { ...common, ...source }];
  });
}

function readTrigger(id: string, table: Table, { path, packageName, personas }: TriggerManifest): ManifestTrigger {
  if (id.trim() === "") table.refuse("id cannot be empty");
  const kind = table.needed("kind", table.choice(kinds, "kind"));
  const provider = table.needed("provider", table.text("provider"));
  checkProvider(table, kind, provider);
  const match = table.table("match") ?? table.refuse("trigger table missing match");
  const when = functionNamed(table, "when", "when predicate");
  const whenBudget = predicateBudget(table.table("when_budget"));
  if (whenBudget !== undefined && when === undefined) table.refuse("when_budget requires a when predicate");
  if (kind === "cron") checkSchedule(table);
  if (kind === "stream") checkStream(table, provider);
  if (kind !== "stream" && table.has("window")) table.refuse("window is only valid for stream triggers");
  const retry = table.table("retry");
  checkAlerts(table);
  return {
    spec: {
      id,
      source: "manifest",
      kind,
      provider,
      tier: table.choice(autonomyTiers, "autonomy_tier", "tier") ?? "act_auto",
      priority: isKeyedPriority(table) ? "normal" : (table.choice(["high", "normal", "low"], "priority") ?? "normal"),
      whenBudget,
      retry: retryOf(retry),
      events: match.texts("events"),
      dedupeKey: table.query("dedupe_key") ?? null,
      dedupeRetentionDays: retry?.count("retention_days", 1) ?? 7,
      filter: table.query("filter") ?? null,
      budget: budgetOf(table.table("budget")),
      aggregation: undefined,
      manifestPath: path,
      packageName,
      definition: table.definition,
    },
    handler: handlerOf(table, personas),
    when,
    flow: readFlow(table),
    ranking: isKeyedPriority(table) ? rankingOf(table.table("priority")) : undefined,
    refuse: table.refuse,
  };
}

// ------------------------------------------------------------ providers

function checkProvider(table: Table, kind: string, provider: string): void {
  const known = providerKinds(provider);
  if (known === undefined) table.refuse(`provider '${provider}' is not registered`);
  if (!known.includes(kind)) table.refuse(`provider '${provider}' does not support trigger kind '${kind}'`);
  const secrets = table.table("secrets");
  for (const name of requiredSecrets(provider))
    if (secrets?.has(name) !== true) table.refuse(`provider '${provider}' requires secret '${name}'`);
  for (const name of secrets?.keys ?? []) checkSecret(table, name, secrets?.text(name) ?? "", provider);
}

function checkSecret(table: Table, name: string, secret: string, provider: string): void {
  const [namespace = "", rest] = secret.split("/");
  if (rest === undefined || rest === "" || namespace === "")
    table.refuse(`secret '${name}' must use <namespace>/<name> syntax`);
  if (namespace !== provider)
    table.refuse(`secret '${name}' uses namespace '${namespace}' but provider is '${provider}'`);
}

function checkSchedule(table: Table): void {
  const schedule = table.text("schedule") ?? table.refuse("cron triggers require a string schedule field");
  try {
    new CronSchedule(schedule);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    table.refuse(`invalid cron schedule '${schedule}': ${error.message}`);
  }
  const zone = table.text("timezone");
  if (zone === undefined) return;
  if (/^[+-]|^UTC[+-]/i.test(zone))
    table.refuse(
      `invalid cron timezone '${zone}': use an IANA timezone name like 'America/New_York', not a UTC offset`,
    );
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    table.refuse(`invalid cron timezone '${zone}': it is no IANA timezone name`);
  }
}

const topicProviders = ["kafka", "pulsar", "nats"];

function checkStream(table: Table, provider: string): void {
  const window = table.table("window");
  if (window !== undefined) checkWindow(window);
  if (topicProviders.includes(provider) && !["topic", "topics", "subject"].some((key) => table.has(key)))
    table.refuse(`stream provider '${provider}' requires topic or topics`);
}

function checkWindow(window: Table): void {
  const mode = window.needed("mode", window.choice(["tumbling", "sliding", "session"], "mode"));
  for (const key of ["size", "every", "gap"]) period(window, key);
  window.count("max_items", 1);
  const [size, every, gap] = ["size", "every", "gap"].map((key) => window.has(key));
  if (mode === "tumbling" && !size) window.refuse("tumbling stream windows require window.size");
  if (mode === "tumbling" && (every || gap))
    window.refuse("tumbling stream windows cannot set window.every or window.gap");
  if (mode === "sliding" && !(size && every))
    window.refuse("sliding stream windows require window.size and window.every");
  if (mode === "session" && !gap) window.refuse("session stream windows require window.gap");
}

// ------------------------------------------------------------- settings

/** Where a manifest says nothing about attempts, the usual number follow each other at once. */
function retryOf(table: Table | undefined): RetryPolicy {
  const backoff = table?.choice(["immediate", "svix"], "backoff") ?? "immediate";
  const max = table?.count("max", 0, 100) ?? 0;
  return retryPolicy(max, backoff === "svix" ? { kind: "svix" } : { kind: "linear", delayMs: 0 });
}

function budgetOf(table: Table | undefined): TriggerBudget {
  table?.amount("max_cost_usd");
  table?.count("max_tokens", 1);
  return {
    dailyCostUsd: table?.amount("daily_cost_usd") ?? null,
    hourlyCostUsd: table?.amount("hourly_cost_usd") ?? null,
    decisionsPerHour: table?.count("max_autonomous_decisions_per_hour", 1) ?? null,
    decisionsPerDay: table?.count("max_autonomous_decisions_per_day", 1) ?? null,
    maxConcurrent: table?.count("max_concurrent", 1) ?? null,
    onExhausted: table?.choice(budgetStrategies, "on_budget_exhausted") ?? "false",
  };
}

function predicateBudget(table: Table | undefined): PredicateBudget | undefined {
  if (table === undefined) return undefined;
  return {
    maxCostUsd: table.amount("max_cost_usd"),
    tokensMax: table.count("tokens_max", 1),
    timeoutMs: timeLimit(table, "timeout"),
  };
}

function rankingOf(table: Table | undefined): ManifestRanking | undefined {
  return table && { key: table.needed("key", table.text("key")), order: table.texts("order") };
}

/** `dlq_alerts`: whom to tell when how many events end as dead letters. The definition of the trigger keeps them for who shows them. */
function checkAlerts(table: Table): void {
  for (const alert of table.tables("dlq_alerts")) {
    for (const destination of alert.tables("destinations")) checkDestination(destination);
    const threshold = alert.table("threshold");
    threshold?.count("entries_in_1h", 0);
    threshold?.amount("percent_of_dispatches");
  }
}

function checkDestination(table: Table): void {
  switch (table.needed("kind", table.choice(["slack", "email", "webhook"], "kind"))) {
    case "slack":
      table.needed("channel", table.text("channel"));
      table.text("webhook_url_env");
      return;
    case "email":
      table.needed("address", table.text("address"));
      return;
    case "webhook": {
      table.needed("url", table.text("url"));
      const headers = table.table("headers");
      for (const name of headers?.keys ?? []) headers?.text(name);
    }
  }
}

// ------------------------------------------------------------- handlers

function handlerOf(table: Table, personas: readonly string[]): ManifestHandler {
  const uri = table.needed("handler", table.text("handler")).trim();
  const at = uri.indexOf("://");
  if (at < 0) {
    const named = functionNamed(table, "handler", "handler") ?? table.refuse("handler cannot be empty");
    return { kind: "function", function: named };
  }
  const rest = uri.slice(at + 3).trim();
  switch (uri.slice(0, at)) {
    case "worker":
      return rest === "" ? table.refuse("handler worker:// queue cannot be empty") : { kind: "worker", queue: rest };
    case "a2a":
      if (rest === "") table.refuse("handler a2a:// target cannot be empty");
      return { kind: "a2a", target: rest, allowsCleartext: table.flag("allow_cleartext") };
    case "persona":
      if (rest === "") table.refuse("handler persona:// name cannot be empty");
      if (!personas.includes(rest)) table.refuse(`handler persona://${rest} does not match a declared persona`);
      return { kind: "persona", name: rest };
    default:
      return table.refuse(`handler '${uri}' has an unknown URI scheme: worker://, a2a:// and persona:// are known`);
  }
}

function functionNamed(table: Table, key: string, role: string): FunctionName | undefined {
  const text = table.text(key)?.trim();
  if (text === undefined) return undefined;
  if (text === "") return table.refuse(`${key} cannot be empty`);
  const at = text.lastIndexOf("::");
  const [module, name] = at < 0 ? [undefined, text] : [text.slice(0, at), text.slice(at + 2)];
  if (!/^[A-Za-z_]\w*$/.test(name)) table.refuse(`${role} '${text}' is not a valid bare function identifier`);
  return { text, module, name };
}
