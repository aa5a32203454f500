import { DictValue, type Value } from "../../../value/index.ts";
import { asDict, intOf } from "../options.ts";

/** One token set under its key. */
export interface TokenEntry {
  readonly token: DictValue;
  /** How long it was to live when it was put there. */
  readonly ttlSeconds?: number;
  /** Unix milliseconds from which it counts as gone. Files of other writers may say how long, and not since when: those live on. */
  readonly expiresAt?: number;
}

export type TokenEntries = ReadonlyMap<string, TokenEntry>;

/** `entries` without what has expired. */
export function withoutExpired(entries: TokenEntries, now: number): Map<string, TokenEntry> {
  return new Map([...entries].filter(([, { expiresAt }]) => expiresAt === undefined || expiresAt > now));
}

/** The document that a token file seals: `{KEY: {token, ttl_seconds?, expires_at_unix_ms?}}`. */
export function entriesDocument(entries: TokenEntries): DictValue {
  return new DictValue(
    new Map(
      [...entries].map(([key, { token, ttlSeconds, expiresAt }]) => [
        key,
        DictValue.of({
          token,
          ...(ttlSeconds === undefined ? {} : { ttl_seconds: ttlSeconds }),
          ...(expiresAt === undefined ? {} : { expires_at_unix_ms: expiresAt }),
        }),
      ]),
    ),
  );
}

/** `undefined` for what is no such document. */
export function readEntries(document: Value): Map<string, TokenEntry> | undefined {
  const found = asDict(document);
  if (found === undefined) return undefined;
  const entries = new Map<string, TokenEntry>();
  for (const [key, value] of found.entries()) {
    const entry = asDict(value);
    const token = asDict(entry?.get("token"));
    if (entry === undefined || token === undefined) return undefined;
    const ttlSeconds = intOf(entry.get("ttl_seconds"));
    const expiresAt = intOf(entry.get("expires_at_unix_ms"));
    entries.set(key, {
      token,
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  }
  return entries;
}
