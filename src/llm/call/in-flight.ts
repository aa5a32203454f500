import type { ModelRequest } from "../model.ts";

/** A model call that has begun and not ended, retries included. */
export interface InFlightCall {
  readonly id: string;
  readonly model: string;
  /** Whose message the model answers. */
  readonly role: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** The model calls of one runtime that are under way, in the order they began. */
export class InFlightCalls {
  readonly #calls = new Set<InFlightCall>();

  list(): readonly InFlightCall[] {
    return [...this.#calls];
  }

  /** Runs a call; it is on the list until it ends, however it does. */
  async during<T>(
    about: Omit<InFlightCall, "model" | "role">,
    request: ModelRequest,
    call: () => Promise<T>,
  ): Promise<T> {
    const role = request.messages.at(-1)?.get("role");
    const entry = { ...about, model: request.model, role: typeof role === "string" ? role : "user" };
    this.#calls.add(entry);
    try {
      return await call();
    } finally {
      this.#calls.delete(entry);
    }
  }
}
