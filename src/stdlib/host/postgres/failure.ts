import { HostError, Refusal } from "../../../builtin/index.ts";
import { runtimeError } from "../../../value/index.ts";

/** What a program sees when a server, or the way to it, fails: `pg_query: error returned from database: …`. */
export function databaseFailure(label: string, error: unknown): unknown {
  if (!(error instanceof HostError) || error instanceof Refusal) return error;
  const isOfServer = /^[0-9A-Z]{5}$/.test(error.code) && !error.code.startsWith("E");
  return runtimeError(`${label}: ${isOfServer ? "error returned from database: " : ""}${error.message}`);
}
