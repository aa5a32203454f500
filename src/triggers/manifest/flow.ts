import { period } from "./periods.ts";
import type { Table } from "./table.ts";

/** A part of a flow control: by which key it counts, as an expression over `event`; undefined counts all together. */
interface Keyed {
  readonly key: string | undefined;
}

/** How events are held back, as a manifest says it. Periods are milliseconds. */
export interface ManifestFlow {
  readonly batch?: Keyed & { readonly size: number; readonly timeoutMs: number };
  readonly debounce?: Keyed & { readonly periodMs: number };
  readonly rateLimit?: Keyed & { readonly periodMs: number; readonly max: number };
  readonly throttle?: Keyed & { readonly periodMs: number; readonly max: number };
  readonly singleton?: Keyed;
  readonly concurrency?: Keyed & { readonly max: number };
}

export function readFlow(trigger: Table): ManifestFlow {
  const flow: ManifestFlow = {
    ...named("batch", trigger.table("batch"), batchOf),
    ...named("debounce", trigger.table("debounce"), (table) => ({
      key: table.needed("key", table.text("key")),
      periodMs: neededPeriod(table, "period"),
    })),
    ...named("rateLimit", trigger.table("rate_limit"), limitOf),
    ...named("throttle", trigger.table("throttle"), limitOf),
    ...named("singleton", trigger.table("singleton"), (table) => ({ key: table.text("key") })),
    ...named("concurrency", trigger.table("concurrency"), (table) => ({
      key: table.text("key"),
      max: table.needed("max", table.count("max", 1)),
    })),
  };
  const others = ["debounce", "singleton", "concurrency", "throttle", "rate_limit"].some((key) => trigger.has(key));
  if (flow.batch !== undefined && (others || isKeyedPriority(trigger)))
    trigger.refuse(
      "batch cannot currently be combined with debounce, singleton, concurrency, priority, throttle, or rate_limit",
    );
  if (isKeyedPriority(trigger) && flow.concurrency === undefined)
    trigger.refuse("priority requires concurrency.max so queued dispatches have a slot to compete for");
  return flow;
}

/** `priority` is a level, or a table that ranks waiting events by a key. */
export function isKeyedPriority(trigger: Table): boolean {
  return trigger.has("priority") && trigger.isTable("priority");
}

type Named<N extends string, T> = { readonly [K in N]?: T };

function named<N extends string, T>(name: N, table: Table | undefined, read: (table: Table) => T): Named<N, T> {
  return (table === undefined ? {} : { [name]: read(table) }) as Named<N, T>;
}

function batchOf(table: Table): NonNullable<ManifestFlow["batch"]> {
  return {
    key: table.text("key"),
    size: table.needed("size", table.count("size", 1)),
    timeoutMs: neededPeriod(table, "timeout"),
  };
}

function limitOf(table: Table): NonNullable<ManifestFlow["throttle"]> {
  return {
    key: table.text("key"),
    periodMs: neededPeriod(table, "period"),
    max: table.needed("max", table.count("max", 1)),
  };
}

function neededPeriod(table: Table, key: string): number {
  return table.needed(key, period(table, key));
}
