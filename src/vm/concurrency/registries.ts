import type { HostClock } from "../../builtin/index.ts";
import { compareText, runtimeError } from "../../value/index.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { Lock } from "./lock.ts";
import type { Mailbox } from "./mailbox.ts";
import { ScopedThings, type SharedCell, type SharedMap } from "./shared-state.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the tasks of one machine find by name. */
export class SharedRegistries {
  readonly circuits = new Map<string, CircuitBreaker>();
  readonly cells = new ScopedThings<SharedCell>();
  readonly maps = new ScopedThings<SharedMap>();
  readonly mailboxes = new ScopedThings<Mailbox>();
  readonly supervisors = new Map<string, Supervisor>();
  readonly #locks = new Map<string, Lock>();

  /** The lock of that kind and name, made at its first use. */
  lock(kind: string, key: string, capacity: number, clock: HostClock): Lock {
    const id = `${kind}:${key}`;
    let lock = this.#locks.get(id);
    if (!lock) this.#locks.set(id, (lock = new Lock(kind, key, capacity, clock)));
    if (lock.capacity === capacity) return lock;
    throw runtimeError(`sync ${kind} '${key}' already exists with capacity ${lock.capacity}, not ${capacity}`);
  }

  /** In the order of kind, then name. */
  locks(): readonly Lock[] {
    return [...this.#locks.entries()].sort(([a], [b]) => compareText(a, b)).map(([, lock]) => lock);
  }
}
