import { type ActiveLog, isJsonObject, jsonNumber, type LogEvent } from "../../eventlog/index.ts";
import { claimsOfInboxTopic, legacyInboxTopic } from "../topics.ts";

const claimKind = "dedupe_claim";

/**
 * Who has handled what: an event of a trigger is claimed by its dedupe key for some time. Claims are records of the log, so
 * they outlive the process. Times are Unix milliseconds of the machine.
 */
export class DedupeIndex {
  readonly #log: ActiveLog;
  readonly #now: () => number;
  #claims: Map<string, number> | undefined;

  constructor(log: ActiveLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Claims the key for `ttlMs`; false when it is claimed already. No time at all claims nothing. */
  async claim(bindingId: string, dedupeKey: string, ttlMs: number): Promise<boolean> {
    if (ttlMs <= 0) return true;
    const claims = await this.#load();
    const [key, now] = [claimKey(bindingId, dedupeKey), this.#now()];
    if ((claims.get(key) ?? 0) > now) return false;
    claims.set(key, now + ttlMs);
    this.#log.getOrCreate().append(claimsOfInboxTopic, {
      kind: claimKind,
      payload: { binding_id: bindingId, dedupe_key: dedupeKey, expires_at_ms: now + ttlMs },
    });
    return true;
  }

  async #load(): Promise<Map<string, number>> {
    if (this.#claims !== undefined) return this.#claims;
    const log = this.#log.getOrCreate();
    const claims = new Map<string, number>();
    for (const name of [legacyInboxTopic, claimsOfInboxTopic])
      for (const event of await log.readRange(name, undefined, Number.MAX_SAFE_INTEGER)) this.#restore(claims, event);
    this.#claims ??= claims;
    return this.#claims;
  }

  #restore(claims: Map<string, number>, { kind, payload }: LogEvent): void {
    if (kind !== claimKind || !isJsonObject(payload)) return;
    const { binding_id: bindingId, dedupe_key: dedupeKey } = payload;
    const expiresAt = jsonNumber(payload.expires_at_ms);
    if (typeof bindingId !== "string" || typeof dedupeKey !== "string" || expiresAt === undefined) return;
    if (expiresAt > this.#now()) claims.set(claimKey(bindingId, dedupeKey), expiresAt);
  }
}

function claimKey(bindingId: string, dedupeKey: string): string {
  return JSON.stringify([bindingId, dedupeKey]);
}
