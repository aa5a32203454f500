import type { CallContext } from "../../builtin/index.ts";
import { encodeJson, isJsonObject, type Json, type JsonObject, jsonOfValue } from "../../eventlog/index.ts";
import type { Binding, FlowKey, FlowRanking } from "../bindings/binding.ts";
import { eventJson, eventValue, type TriggerEvent } from "../events/event.ts";

/** Why an event is not handled now. */
export type FlowRefusal = "batch_merged" | "debounced" | "rate_limited" | "singleton_active";

export type FlowDecision =
  /** `event` is what is handled: with `batch`, the members that were collected. `leave` must be called afterwards. */
  | { readonly kind: "go"; readonly event: TriggerEvent; readonly leave: () => void }
  | { readonly kind: "refused"; readonly reason: FlowRefusal };

interface Permits {
  active: number;
  readonly waiting: Waiting[];
}

interface Waiting {
  readonly rank: number;
  readonly enter: () => void;
}

interface Batch {
  readonly events: TriggerEvent[];
  full: () => void;
}

/**
 * Holds events back as their trigger says, one gate after the other: batch, debounce, rate limit, throttle, singleton,
 * concurrency. Gates that wait keep their order; each gate counts by the key that its trigger names.
 */
export class FlowGates {
  readonly #batches = new Map<string, Batch>();
  readonly #latest = new Map<string, number>();
  readonly #passed = new Map<string, number[]>();
  readonly #singletons = new Set<string>();
  readonly #permits = new Map<string, Permits>();
  #seen = 0;

  async pass(context: CallContext, binding: Binding, given: TriggerEvent): Promise<FlowDecision> {
    const { flowControl: flow, budget } = binding.spec;
    const gate = async (kind: string, key: FlowKey): Promise<string> =>
      `${kind}:${binding.key}:${await keyOf(context, given, key)}`;
    let event = given;
    if (flow.batch !== undefined) {
      const merged = await this.#collect(context, await gate("batch", flow.batch.key), given, flow.batch);
      if (merged === undefined) return { kind: "refused", reason: "batch_merged" };
      event = merged;
    }
    if (flow.debounce !== undefined) {
      const isLast = await this.#quiet(context, await gate("debounce", flow.debounce.key), flow.debounce.periodMs);
      if (!isLast) return { kind: "refused", reason: "debounced" };
    }
    const { rateLimit, throttle } = flow;
    if (rateLimit !== undefined && this.#waitFor(context, await gate("rate", rateLimit.key), rateLimit) > 0)
      return { kind: "refused", reason: "rate_limited" };
    if (throttle !== undefined) await this.#throttle(context, await gate("throttle", throttle.key), throttle);
    const leaves: (() => void)[] = [];
    if (flow.singleton !== undefined) {
      const name = await gate("singleton", flow.singleton.key);
      if (this.#singletons.has(name)) return { kind: "refused", reason: "singleton_active" };
      this.#singletons.add(name);
      leaves.push(() => this.#singletons.delete(name));
    }
    const most =
      flow.concurrency ?? (budget.maxConcurrent === null ? undefined : { key: null, max: budget.maxConcurrent });
    if (most !== undefined) {
      const rank = await rankOf(context, given, flow.concurrency?.ranking);
      leaves.push(await this.#enter(await gate("concurrency", most.key), most.max, rank));
    }
    return { kind: "go", event, leave: () => leaves.forEach((leave) => void leave()) };
  }

  /** The first event of a batch waits until it is full or its time is over, and then stands for all. */
  async #collect(
    context: CallContext,
    name: string,
    event: TriggerEvent,
    { size, timeoutMs }: { readonly size: number; readonly timeoutMs: number },
  ): Promise<TriggerEvent | undefined> {
    const open = this.#batches.get(name);
    if (open !== undefined) {
      open.events.push(event);
      if (open.events.length >= size) open.full();
      return undefined;
    }
    const batch: Batch = { events: [event], full: () => {} };
    this.#batches.set(name, batch);
    if (size > 1)
      await new Promise<void>((resolve) => {
        const stop = context.host.clock.schedule(timeoutMs, resolve);
        batch.full = () => {
          stop();
          resolve();
        };
      });
    this.#batches.delete(name);
    return { ...event, batch: batch.events.map(eventJson) };
  }

  async #quiet(context: CallContext, name: string, periodMs: number): Promise<boolean> {
    const mine = ++this.#seen;
    this.#latest.set(name, mine);
    await pause(context, periodMs);
    return this.#latest.get(name) === mine;
  }

  async #throttle(context: CallContext, name: string, limit: Limit): Promise<void> {
    for (let left = this.#waitFor(context, name, limit); left > 0; left = this.#waitFor(context, name, limit))
      await pause(context, left);
  }

  /** Milliseconds until one more may pass; 0 counts it as passed. */
  #waitFor(context: CallContext, name: string, { periodMs, max }: Limit): number {
    const now = context.host.clock.monotonic();
    const recent = (this.#passed.get(name) ?? []).filter((at) => at > now - periodMs);
    this.#passed.set(name, recent);
    const [oldest] = recent;
    if (recent.length >= max && oldest !== undefined) return oldest + periodMs - now;
    recent.push(now);
    return 0;
  }

  /** Who waits is let in by rank, and among equals in order. */
  async #enter(name: string, max: number, rank: number): Promise<() => void> {
    const permits = this.#permits.get(name) ?? { active: 0, waiting: [] };
    this.#permits.set(name, permits);
    if (permits.active >= max)
      await new Promise<void>((enter) => {
        const behind = permits.waiting.findIndex((other) => other.rank > rank);
        permits.waiting.splice(behind < 0 ? permits.waiting.length : behind, 0, { rank, enter });
      });
    else permits.active++;
    return () => {
      const next = permits.waiting.shift();
      if (next === undefined) permits.active--;
      else next.enter();
    };
  }
}

interface Limit {
  readonly periodMs: number;
  readonly max: number;
}

function pause(context: CallContext, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    context.host.clock.schedule(milliseconds, resolve);
  });
}

async function rankOf(context: CallContext, event: TriggerEvent, ranking: FlowRanking | undefined): Promise<number> {
  if (ranking === undefined) return 0;
  const at = ranking.order.indexOf(await keyOf(context, event, ranking.key));
  return at < 0 ? ranking.order.length : at;
}

/** What the key gives for the event, as text. In front of a path, `event.` stands for the event itself. */
async function keyOf(context: CallContext, event: TriggerEvent, key: FlowKey): Promise<string> {
  if (key === null) return "_global";
  if (typeof key === "string") return keyText(atPath(eventJson(event), key.replace(/^event\./, "")));
  return keyText(jsonOfValue(await context.callAsync(key, [eventValue(event)])));
}

function atPath(event: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = event;
  for (const part of path.split(".")) at = isJsonObject(at) ? (at as JsonObject)[part] : undefined;
  return at;
}

function keyText(json: Json | undefined): string {
  return typeof json === "string" ? json : encodeJson(json ?? null);
}
