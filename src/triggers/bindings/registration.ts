// What programs hand to `trigger_register`, read into a definition. The errors are those of the builtin.
import { batchPolicy, ChannelSelectorError, millisecondsOf, parseChannelSelector } from "../../eventlog/index.ts";
import {
  BuiltinValue,
  Closure,
  DictValue,
  FloatValue,
  isInt,
  ListValue,
  runtimeError,
  show,
  typeName,
  type Value,
} from "../../value/index.ts";
import {
  type AutonomyTier,
  autonomyTiers,
  type BudgetStrategy,
  budgetStrategies,
  type PredicateBudget,
  type TriggerBudget,
  type TriggerSpec,
} from "./binding.ts";
import type { Handler } from "./handler.ts";
import { type RetryPolicy, retryPolicy, usualRetry } from "./retry.ts";

const usualRetentionDays = 7;

function refuse(problem: string): never {
  throw runtimeError(`trigger_register: ${problem}`);
}

export function readRegistration(given: Value, newId: () => string): TriggerSpec {
  if (!(given instanceof DictValue)) refuse(`expected dict argument at position 1, got ${typeName(given)}`);
  const [kind, provider] = [requiredText(given, "kind"), requiredText(given, "provider")];
  const when = given.get("when") ?? null;
  if (when !== null && !isCallable(when))
    refuse(
      typeof when === "string"
        ? "`when` string must use `a2a://` or `worker://` URI syntax"
        : "`when` must be a closure",
    );
  const whenBudget = predicateBudget(given.get("when_budget") ?? null);
  if (whenBudget !== undefined && when === null) refuse("when_budget requires a when predicate");
  const id = optionalText(given, "id") ?? "";
  const events = eventsOf(given);
  if (provider === "channel") checkSelectors(events);
  return {
    id: id === "" ? `dynamic_trigger_${newId()}` : id,
    source: "dynamic",
    kind,
    provider,
    tier: tierOf(given.get("autonomy_tier") ?? given.get("tier") ?? null),
    handler: handlerOf(given),
    priority: "normal",
    when,
    whenBudget,
    retry: retryOf(given.get("retry") ?? null),
    events,
    dedupeKey: optionalText(given, "dedupe_key") ?? null,
    dedupeRetentionDays: usualRetentionDays,
    filter: optionalText(given, "filter") ?? null,
    budget: budgetOf(given.get("budget") ?? null),
    flowControl: {},
    aggregation: provider === "channel" ? batchPolicy(given.get("batch")) : undefined,
    manifestPath: optionalText(given, "manifest_path") ?? null,
    packageName: optionalText(given, "package_name") ?? null,
  };
}

function isCallable(value: Value): boolean {
  return value instanceof Closure || value instanceof BuiltinValue;
}

function requiredText(given: DictValue, key: string): string {
  const value = given.get(key);
  if (typeof value === "string") return value;
  return refuse(`missing string field \`${key}\``);
}

function optionalText(given: DictValue, key: string): string | undefined {
  const value = given.get(key) ?? null;
  return typeof value === "string" ? value : undefined;
}

function tierOf(value: Value): AutonomyTier {
  if (value === null) return "act_auto";
  const tier = autonomyTiers.find((name) => name === value);
  return tier ?? refuse(`unsupported autonomy_tier '${show(value)}', expected ${autonomyTiers.join("|")}`);
}

/** `match.events` wins over `events`; a `match` of another kind is as good as none. */
function eventsOf(given: DictValue): readonly string[] {
  const match = given.get("match") ?? null;
  const matched = match instanceof DictValue ? (match.get("events") ?? null) : null;
  const events = matched ?? given.get("events") ?? null;
  if (events === null) return [];
  const names = events instanceof ListValue ? events.toArray() : undefined;
  if (names?.every((name) => typeof name === "string") === true) return names;
  return refuse(`\`${matched === null ? "events" : "match.events"}\` must be a list of strings`);
}

function checkSelectors(events: readonly string[]): void {
  if (events.length === 0) refuse('provider="channel" requires `match.events: ["channel:<scope>:<name>"]`');
  try {
    for (const selector of events) parseChannelSelector(selector);
  } catch (error) {
    if (error instanceof ChannelSelectorError) refuse(`invalid channel selector: ${error.message}`);
    throw error;
  }
}

const variants = ["spawn_to_pool", "reminder_inject", "interrupt_and_suspend"] as const;

function handlerOf(given: DictValue): Handler {
  const handler = given.get("handler") ?? null;
  if (handler === null) refuse("missing `handler`");
  if (isCallable(handler)) return { kind: "local", closure: handler, text: "<closure>" };
  if (typeof handler === "string") return uriHandler(handler, given.get("allow_cleartext") === true);
  if (handler instanceof DictValue) return variantHandler(handler);
  return refuse(`\`handler\` must be a closure, handler URI string, or handler-variant dict, got ${typeName(handler)}`);
}

function uriHandler(uri: string, allowsCleartext: boolean): Handler {
  if (uri.startsWith("worker://")) return { kind: "worker", queue: uri.slice("worker://".length) };
  if (uri.startsWith("a2a://")) return { kind: "a2a", target: uri.slice("a2a://".length), allowsCleartext };
  return refuse("`handler` string must use `a2a://` or `worker://` URI syntax");
}

function variantHandler(config: DictValue): Handler {
  const kind = config.get("kind") ?? null;
  if (kind === null) refuse("`handler` handler dict missing `kind`");
  const variant = variants.find((name) => name === kind);
  switch (variant) {
    case "spawn_to_pool": {
      const pool = config.get("pool") ?? null;
      if (typeof pool !== "string" || pool === "") refuse("SpawnToPool handler requires `pool` (string)");
      if (!isCallable(config.get("task_factory") ?? null))
        refuse("SpawnToPool handler requires `task_factory` closure");
      return { kind: variant, config, pool };
    }
    case "reminder_inject":
      checkReminder(config);
      return { kind: variant, config };
    case "interrupt_and_suspend":
      return { kind: variant, config };
    case undefined:
      return refuse(
        `unsupported handler variant '${show(kind)}'; expected 'spawn_to_pool', 'reminder_inject', or 'interrupt_and_suspend'`,
      );
  }
}

const roleHints = ["system", "developer", "user_block", "ephemeral_cache"];

function checkReminder(config: DictValue): void {
  const body = config.get("body") ?? null;
  if (typeof body !== "string" || body === "") refuse("ReminderInject handler requires `body` (string template)");
  const hint = config.get("role_hint") ?? null;
  if (hint !== null && !roleHints.some((name) => name === hint))
    refuse(
      `ReminderInject \`role_hint\` must be 'system', 'developer', 'user_block', or 'ephemeral_cache', got '${show(hint)}'`,
    );
}

function retryOf(value: Value): RetryPolicy {
  if (!(value instanceof DictValue)) return usualRetry;
  const backoff = value.get("backoff") ?? null;
  const given = value.get("max") ?? null;
  const max = given !== null && isInt(given) ? Math.max(1, Number(given)) : usualRetry.maxAttempts;
  if (backoff === null || backoff === "svix") return retryPolicy(max, { kind: "svix" });
  if (backoff === "immediate") return retryPolicy(max, { kind: "linear", delayMs: 0 });
  return refuse(`unsupported retry.backoff '${show(backoff)}', expected 'svix' or 'immediate'`);
}

function budgetOf(value: Value): TriggerBudget {
  const budget = value instanceof DictValue ? value : undefined;
  return {
    dailyCostUsd: amount(budget, "daily_cost_usd"),
    hourlyCostUsd: amount(budget, "hourly_cost_usd"),
    decisionsPerHour: count(budget, "max_autonomous_decisions_per_hour"),
    decisionsPerDay: count(budget, "max_autonomous_decisions_per_day"),
    maxConcurrent: count(budget, "max_concurrent"),
    onExhausted: strategyOf(budget?.get("on_budget_exhausted") ?? null),
  };
}

function strategyOf(value: Value): BudgetStrategy {
  if (value === null || value === false) return "false";
  const strategy = budgetStrategies.find((name) => name === value);
  return strategy ?? refuse(`unsupported budget.on_budget_exhausted '${show(value)}'`);
}

function amount(budget: DictValue | undefined, key: string): number | null {
  const value = budget?.get(key) ?? null;
  if (value === null) return null;
  const number = value instanceof FloatValue ? value.value : isInt(value) ? Number(value) : Number.NaN;
  if (!(number >= 0)) refuse(`budget.${key} must be greater than or equal to 0`);
  return number;
}

function count(budget: DictValue | undefined, key: string): number | null {
  const value = budget?.get(key) ?? null;
  if (value === null) return null;
  if (!isInt(value) || value < 1) refuse(`budget.${key} must be greater than or equal to 1`);
  return Number(value);
}

function predicateBudget(value: Value): PredicateBudget | undefined {
  if (!(value instanceof DictValue)) return undefined;
  const number = (key: string): number | undefined => amount(value, key) ?? undefined;
  return { maxCostUsd: number("max_cost_usd"), tokensMax: number("tokens_max"), timeoutMs: timeoutOf(value) };
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function timeoutOf(budget: DictValue): number | undefined {
  const value = budget.get("timeout") ?? null;
  if (value === null) return undefined;
  if (typeof value !== "string") return millisecondsOf(value) ?? refuse("when_budget.timeout must be a duration");
  const match = /^(\d+)(ms|s|m|h)$/.exec(value.trim());
  if (match === null) return refuse(`invalid when_budget.timeout '${value}'`);
  return Number(match[1]) * (units[match[2] ?? "ms"] ?? 1);
}
