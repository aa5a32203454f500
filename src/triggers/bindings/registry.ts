import { type ActiveLog, isJsonObject, type LogEvent } from "../../eventlog/index.ts";
import { compareText } from "../../value/index.ts";
import type { TriggerEvent } from "../events/event.ts";
import { lifecycleTopic } from "../topics.ts";
import { type Binding, type BindingState, fingerprintOf, newBinding, type TriggerSpec } from "./binding.ts";

export class RegistryError extends Error {
  override readonly name = "RegistryError";
}

/** How many ended versions of a trigger stay known, for replays of what they handled. */
const keptVersions = 2;

const recallPage = 1000;

/**
 * The triggers of one runtime, each in versions. The rules:
 *
 * R1. A binding goes registering, active, draining, terminated; active and paused turn into each other. Every step is a
 *     record of the lifecycle topic.
 * R2. Only active bindings match events. A paused or terminated one refuses dispatch; a draining one finishes what it has.
 * R3. A dynamic id, once taken, stays taken. A manifest's definition that comes back gets the version it had.
 */
export class TriggerRegistry {
  readonly #log: ActiveLog;
  readonly #now: () => number;
  #bindings: Binding[] = [];
  readonly #takenIds = new Set<string>();
  readonly #versions = new Map<string, Map<string, number>>();
  /** When each version became active, for replays whose version is gone. */
  readonly #activated: { readonly id: string; readonly version: number; readonly at: number }[] = [];

  constructor(log: ActiveLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** By id, version, state. */
  get bindings(): readonly Binding[] {
    return [...this.#bindings].sort(byIdThenVersion);
  }

  /** Registers a trigger that a program defines. */
  register(spec: TriggerSpec): Binding {
    if (this.#takenIds.has(spec.id)) throw new RegistryError(`duplicate trigger id '${spec.id}'`);
    return this.#add(spec);
  }

  /** Takes a program's trigger back: it finishes what it has. */
  deregister(id: string): Binding {
    const binding = this.resolve(id);
    this.#drain(binding);
    return binding;
  }

  /** Makes the triggers of a manifest what these say: unchanged ones stay, changed ones get a new version, others drain. */
  install(specs: readonly TriggerSpec[]): void {
    for (const spec of specs) {
      if (spec.id === "") throw new RegistryError("manifest trigger id cannot be empty");
      if (specs.filter(({ id }) => id === spec.id).length > 1 || this.#isDynamic(spec.id))
        throw new RegistryError(`duplicate trigger id '${spec.id}'`);
    }
    const wanted = new Map(specs.map((spec) => [spec.id, fingerprintOf(spec)]));
    for (const binding of this.#live("manifest"))
      if (wanted.get(binding.spec.id) !== binding.fingerprint) this.#drain(binding);
    for (const spec of specs) if (!this.#live("manifest").some(({ spec: { id } }) => id === spec.id)) this.#add(spec);
  }

  /** Learns from the log which versions definitions had in earlier processes: what is recorded by version keeps its meaning. */
  async recall(): Promise<void> {
    const log = this.#log.getOrCreate();
    for (let after = 0; ; ) {
      const events = await log.readRange(lifecycleTopic, after, recallPage);
      for (const event of events) this.#recallOne(event);
      after = events.at(-1)?.id ?? after;
      if (events.length < recallPage) return;
    }
  }

  #recallOne({ kind, payload, occurredAtMs }: LogEvent): void {
    if (kind !== "state_transition" || !isJsonObject(payload) || payload.source !== "manifest") return;
    const { id, version, definition_fingerprint: fingerprint, to_state: state } = payload;
    if (typeof id !== "string" || typeof version !== "number" || typeof fingerprint !== "string") return;
    this.#versionsOf(id).set(fingerprint, version);
    if (state === "active") this.#activated.push({ id, version, at: occurredAtMs });
  }

  pause(id: string): Binding {
    const binding = this.resolve(id);
    if (binding.state === "active") this.#moveTo(binding, "paused");
    return binding;
  }

  resume(id: string): Binding {
    const binding = this.resolve(id);
    if (binding.state === "paused") this.#moveTo(binding, "active");
    return binding;
  }

  /** The binding of an id: its highest live version, or the version that is asked for unless it has ended. */
  resolve(id: string, version?: number): Binding {
    const named = this.#bindings.filter((binding) => binding.spec.id === id && binding.state !== "terminated");
    if (version !== undefined) {
      const found = named.find((binding) => binding.version === version);
      if (found !== undefined) return found;
      throw new RegistryError(`unknown trigger binding '${id}' version ${version}`);
    }
    const [latest] = named.sort((left, right) => right.version - left.version);
    if (latest === undefined) throw new RegistryError(`unknown trigger id '${id}'`);
    return latest;
  }

  /** For a replay: the version that handled the event, or, when that is gone, the one that was active then. */
  resolveForReplay(id: string, version: number, receivedAt: string): Binding {
    const exact = this.#bindings.find((binding) => binding.spec.id === id && binding.version === version);
    if (exact !== undefined) return exact;
    const time = Date.parse(receivedAt);
    const known = this.#activated.filter((entry) => entry.id === id && entry.at <= time).map((entry) => entry.version);
    const candidates = this.#bindings.filter((binding) => binding.spec.id === id && known.includes(binding.version));
    const [latest] = candidates.sort((left, right) => right.version - left.version);
    if (latest === undefined) throw new RegistryError(`no active trigger binding '${id}' at ${receivedAt}`);
    return latest;
  }

  /** Who is to handle an event, by id and version. */
  matching(event: Pick<TriggerEvent, "provider" | "kind">): readonly Binding[] {
    return this.bindings.filter(
      ({ state, spec }) =>
        state === "active" &&
        spec.provider === event.provider &&
        (spec.events.length === 0 || spec.events.includes(event.kind)),
    );
  }

  begin(binding: Binding): void {
    binding.metrics.inFlight++;
    binding.metrics.received++;
    binding.metrics.lastReceivedAt = this.#now();
  }

  end(binding: Binding): void {
    binding.metrics.inFlight--;
    if (binding.state === "draining" && binding.metrics.inFlight === 0) this.#terminate(binding);
  }

  #add(spec: TriggerSpec): Binding {
    const fingerprint = fingerprintOf(spec);
    const binding = newBinding(spec, this.#versionFor(spec.id, fingerprint), fingerprint, this.#now());
    this.#takenIds.add(spec.id);
    this.#bindings.push(binding);
    this.#record(binding, null, "registering");
    this.#moveTo(binding, "active");
    this.#activated.push({ id: spec.id, version: binding.version, at: this.#now() });
    return binding;
  }

  #versionFor(id: string, fingerprint: string): number {
    const versions = this.#versionsOf(id);
    const known = versions.get(fingerprint);
    const isFree = known !== undefined && !this.#bindings.some((b) => b.spec.id === id && b.version === known);
    const version = isFree ? known : Math.max(0, ...versions.values(), ...this.#numbersOf(id)) + 1;
    versions.set(fingerprint, version);
    return version;
  }

  #versionsOf(id: string): Map<string, number> {
    let versions = this.#versions.get(id);
    if (versions === undefined) this.#versions.set(id, (versions = new Map()));
    return versions;
  }

  #numbersOf(id: string): readonly number[] {
    return this.#bindings.filter((binding) => binding.spec.id === id).map((binding) => binding.version);
  }

  #isDynamic(id: string): boolean {
    return this.#bindings.some((binding) => binding.spec.id === id && binding.spec.source === "dynamic");
  }

  #live(source: "manifest" | "dynamic"): readonly Binding[] {
    return this.#bindings.filter(
      ({ spec, state }) => spec.source === source && (state === "active" || state === "paused"),
    );
  }

  #drain(binding: Binding): void {
    if (binding.state === "draining" || binding.state === "terminated") return;
    this.#moveTo(binding, "draining");
    if (binding.metrics.inFlight === 0) this.#terminate(binding);
  }

  #terminate(binding: Binding): void {
    this.#moveTo(binding, "terminated");
    const { id } = binding.spec;
    const newest = [...this.#numbersOf(id)].sort((left, right) => right - left).slice(0, keptVersions);
    this.#bindings = this.#bindings.filter(
      (kept) => kept.spec.id !== id || kept.state !== "terminated" || newest.includes(kept.version),
    );
  }

  #moveTo(binding: Binding, state: BindingState): void {
    this.#record(binding, binding.state, state);
    binding.state = state;
  }

  #record({ spec, version, key, fingerprint }: Binding, from: BindingState | null, to: BindingState): void {
    this.#log.getOrCreate().append(lifecycleTopic, {
      kind: "state_transition",
      payload: {
        id: spec.id,
        binding_key: key,
        version,
        provider: spec.provider,
        kind: spec.kind,
        source: spec.source,
        handler_kind: spec.handler.kind,
        definition_fingerprint: fingerprint,
        from_state: from,
        to_state: to,
      },
    });
  }
}

function byIdThenVersion(left: Binding, right: Binding): number {
  return (
    compareText(left.spec.id, right.spec.id) || left.version - right.version || compareText(left.state, right.state)
  );
}
