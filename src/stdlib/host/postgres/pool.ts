import { type DatabaseConnection, type DatabaseResult, type HostClock, HostError } from "../../../builtin/index.ts";

export interface PoolOptions {
  readonly connect: (signal: AbortSignal) => Promise<DatabaseConnection>;
  readonly clock: HostClock;
  readonly maxConnections: number;
  /** How long a statement waits for a connection, making one included. */
  readonly acquireTimeoutMs: number;
}

/** The right to one of the pool's connections, and the connection once there is one. */
interface Slot {
  connection: DatabaseConnection | undefined;
}

/** Where statements run: any connection of a pool, or the one of a transaction. */
export interface StatementRunner {
  run(sql: string, params: Statement["params"], signal: AbortSignal): Promise<DatabaseResult>;
}

type Statement = Parameters<DatabaseConnection["run"]>[0];

/**
 * A pool of connections, opened as they are needed.
 *
 * L1. At most `maxConnections` are in use or being opened. Who waits for one is served in order.
 * L2. A wait ends with the time limit or the task, and takes no connection then.
 * L3. A connection on which a statement was broken off goes back only after the server has answered for it.
 */
export class PostgresPool implements StatementRunner {
  readonly #options: PoolOptions;
  readonly #idle: Slot[] = [];
  readonly #taken = new Set<Slot>();
  /** Gives a slot to whoever waits for one, in order. */
  readonly #waiting = new Set<(slot: Slot) => void>();
  /** Breaks off what is being waited for or opened. */
  readonly #stops = new Set<AbortController>();
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Opens connections ahead of time. */
  async open(count: number, signal: AbortSignal): Promise<void> {
    const slots = await Promise.allSettled(Array.from({ length: count }, () => this.#acquire(signal)));
    for (const slot of slots) if (slot.status === "fulfilled") this.#giveBack(slot.value);
    for (const slot of slots) if (slot.status === "rejected") throw slot.reason;
  }

  async run(sql: string, params: Statement["params"], signal: AbortSignal): Promise<DatabaseResult> {
    return await this.withConnection(signal, (connection) => connection.run({ sql, params, continues: false }, signal));
  }

  /** Lets `use` have one connection for itself. */
  async withConnection<T>(signal: AbortSignal, use: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    const slot = await this.#acquire(signal);
    try {
      return await use(slot.connection as DatabaseConnection);
    } finally {
      this.#giveBack(slot);
    }
  }

  /** Ends all connections; whoever waits for one is told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops) stop.abort(closed());
    const slots = [...this.#idle.splice(0), ...this.#taken];
    await Promise.allSettled(slots.map((slot) => slot.connection?.close()));
  }

  async #acquire(signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    if (this.#isClosed) throw closed();
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal.reason);
    const expire = (): void => stop.abort(new HostError("ETIMEDOUT", timedOut));
    const disarm = this.#options.clock.schedule(this.#options.acquireTimeoutMs, expire);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#stops.add(stop);
    try {
      return await this.#connected(await this.#slot(stop.signal), stop.signal);
    } finally {
      disarm();
      signal.removeEventListener("abort", onAbort);
      this.#stops.delete(stop);
    }
  }

  async #slot(stop: AbortSignal): Promise<Slot> {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#taken.size < this.#options.maxConnections)
      return this.#take(idle ?? { connection: undefined });
    return await new Promise<Slot>((resolve, reject) => {
      const onStop = (): void => {
        this.#waiting.delete(give);
        reject(stop.reason);
      };
      const give = (slot: Slot): void => {
        this.#waiting.delete(give);
        stop.removeEventListener("abort", onStop);
        resolve(slot);
      };
      this.#waiting.add(give);
      stop.addEventListener("abort", onStop, { once: true });
    });
  }

  #take(slot: Slot): Slot {
    this.#taken.add(slot);
    return slot;
  }

  async #connected(slot: Slot, stop: AbortSignal): Promise<Slot> {
    try {
      slot.connection ??= await this.#options.connect(stop);
      return slot;
    } catch (error) {
      this.#giveBack(slot);
      throw stop.aborted ? stop.reason : error;
    }
  }

  #giveBack(slot: Slot): void {
    this.#taken.delete(slot);
    if (this.#isClosed) {
      void slot.connection?.close().catch(() => {});
      return;
    }
    const [give] = this.#waiting;
    if (give !== undefined) give(this.#take(slot));
    else if (slot.connection !== undefined) this.#idle.push(slot);
  }
}

const timedOut = "pool timed out while waiting for an open connection";

function closed(): HostError {
  return new HostError("ECLOSED", "attempted to acquire a connection on a closed pool");
}
