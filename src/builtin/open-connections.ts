import { type ServiceKey, serviceKey } from "./service.ts";

/** What has to be ended before a process can: a run that leaves connections open must not keep it alive. */
export interface OpenConnection {
  close(): Promise<void>;
}

export class OpenConnections {
  readonly #open = new Set<OpenConnection>();

  add(connection: OpenConnection): void {
    this.#open.add(connection);
  }

  remove(connection: OpenConnection): void {
    this.#open.delete(connection);
  }

  /** Ends all of them; a failure to end one is nobody's concern any more. */
  async closeAll(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    await Promise.allSettled(open.map((connection) => connection.close()));
  }
}

export const openConnections: ServiceKey<OpenConnections> = serviceKey("open connections", () => new OpenConnections());
