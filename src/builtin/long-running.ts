import type { DictValue, Value } from "../value/index.ts";
import type { CallContext } from "./context.ts";
import { type ServiceKey, serviceKey } from "./service.ts";

/** Work that goes on beside the program. */
export interface LongRunningWork {
  /** The builtin that began it. */
  readonly operation: string;
  /** `walk_dir /desk/src`: what a person knows it by. */
  readonly descriptor: string;
  /** Does the work piece by piece and returns its answer; other tasks run between the pieces. */
  readonly pieces: () => Iterator<undefined, Value>;
}

/** Who takes such work, gives a handle for it at once, and tells the session it was begun in of its end (agent-inbox §7.1). */
export interface LongRunning {
  begin(context: CallContext, work: LongRunningWork): DictValue;
}

export const longRunningKey: ServiceKey<LongRunning> = serviceKey("long-running work");
