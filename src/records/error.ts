import { messageOf } from "../text/index.ts";
/** A run record that could not be read, understood or written. The message is complete. */
export class RunRecordError extends Error {}

/** Names what failed, with the cause's own words. */
export function recordError(what: string, cause: unknown): RunRecordError {
  return new RunRecordError(`${what}: ${messageOf(cause)}`, { cause });
}
