import { compareText, DictValue, equal, handOut, isInt, isObject, type Value } from "../../value/index.ts";
import { idOf, type ScopedKey } from "./scoped-key.ts";

const snapshotType = "shared_snapshot";

/** A value as it was, with the version that it had: `shared_cas` refuses it once somebody has written since. */
function snapshot(value: Value, version: number): Value {
  return DictValue.of({ _type: snapshotType, value, version });
}

interface Expected {
  readonly value: Value;
  readonly version: number | undefined;
}

function expectedOf(value: Value): Expected {
  if (!isObject(value) || value.kind !== "dict" || value.get("_type") !== snapshotType)
    return { value, version: undefined };
  const version = value.get("version");
  return { value: value.get("value") ?? null, version: isInt(version) && version >= 0 ? Number(version) : undefined };
}

/** Versions and counters that cells and maps have in common. */
abstract class SharedThing {
  version = 0;
  protected reads = 0;
  #writes = 0;
  #casSuccesses = 0;
  #casFailures = 0;
  #staleReads = 0;

  protected wrote(): void {
    this.version++;
    this.#writes++;
  }

  /** Whether the expectation holds; counts what came of it. */
  protected compare(current: Value, expected: Expected): boolean {
    const isStale = expected.version !== undefined && expected.version !== this.version;
    if (!isStale && equal(current, expected.value)) {
      this.#casSuccesses++;
      return true;
    }
    this.#casFailures++;
    if (isStale) this.#staleReads++;
    return false;
  }

  metrics(): Record<string, Value> {
    return {
      version: this.version,
      read_count: this.reads,
      write_count: this.#writes,
      cas_success_count: this.#casSuccesses,
      cas_failure_count: this.#casFailures,
      stale_read_count: this.#staleReads,
    };
  }
}

export class SharedCell extends SharedThing {
  #value: Value;

  constructor(value: Value) {
    super();
    this.#value = value;
  }

  get(): Value {
    this.reads++;
    return handOut(this.#value);
  }

  snapshot(): Value {
    return snapshot(this.get(), this.version);
  }

  set(value: Value): Value {
    const old = this.#value;
    this.#value = value;
    this.wrote();
    return old;
  }

  compareAndSet(expected: Value, value: Value): boolean {
    if (!this.compare(this.#value, expectedOf(expected))) return false;
    this.set(value);
    return true;
  }
}

export class SharedMap extends SharedThing {
  readonly #entries: Map<string, Value>;

  constructor(entries: Iterable<readonly [string, Value]>) {
    super();
    this.#entries = new Map(entries);
  }

  get(key: string, fallback: Value): Value {
    this.reads++;
    const value = this.#entries.get(key);
    return value === undefined ? fallback : handOut(value);
  }

  snapshot(key: string): Value {
    return snapshot(this.get(key, null), this.version);
  }

  entries(): Value {
    this.reads++;
    for (const value of this.#entries.values()) handOut(value);
    return DictValue.of(Object.fromEntries(this.#entries));
  }

  set(key: string, value: Value): Value {
    const old = this.#entries.get(key) ?? null;
    this.#entries.set(key, value);
    this.wrote();
    return old;
  }

  delete(key: string): Value {
    const old = this.#entries.get(key) ?? null;
    if (this.#entries.delete(key)) this.wrote();
    return old;
  }

  /** Nil as the new value removes the key. */
  compareAndSet(key: string, expected: Value, value: Value): boolean {
    if (!this.compare(this.#entries.get(key) ?? null, expectedOf(expected))) return false;
    if (value !== null) this.set(key, value);
    else this.delete(key);
    return true;
  }
}

/** Things by scope and key; one that nobody opened comes into being empty. */
export class ScopedThings<T> {
  readonly #things = new Map<string, { readonly key: ScopedKey; readonly thing: T }>();

  find(key: ScopedKey): T | undefined {
    return this.#things.get(idOf(key))?.thing;
  }

  open(key: ScopedKey, make: () => T): T {
    const id = idOf(key);
    const known = this.#things.get(id);
    if (known) return known.thing;
    const thing = make();
    this.#things.set(id, { key, thing });
    return thing;
  }

  /** In the order of scope, then key. */
  all(): readonly { readonly key: ScopedKey; readonly thing: T }[] {
    return [...this.#things.entries()].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
  }
}
