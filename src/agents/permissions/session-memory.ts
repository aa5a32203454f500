import { type DictValue, stringifyJson } from "../../value/index.ts";

/** Refused calls that somebody allowed for the rest of a session. */
export class SessionGrants {
  readonly #granted = new Map<string, Set<string>>();

  /** A call by what it does: its tool and arguments. */
  keyOf(tool: string, args: DictValue): string {
    return `${tool} ${stringifyJson(args)}`;
  }

  has(sessionId: string, key: string): boolean {
    return this.#granted.get(sessionId)?.has(key) === true;
  }

  add(sessionId: string, key: string): void {
    const keys = this.#granted.get(sessionId) ?? new Set();
    this.#granted.set(sessionId, keys.add(key));
  }

  forget(sessionId: string): void {
    this.#granted.delete(sessionId);
  }
}

/** How often the same call was decided on in a session. */
export class RepeatedCalls {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Counts this time and gives the number so far. */
  count(sessionId: string, key: string): number {
    const counts = this.#counts.get(sessionId) ?? new Map<string, number>();
    this.#counts.set(sessionId, counts);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  }

  forget(sessionId: string): void {
    this.#counts.delete(sessionId);
  }
}
