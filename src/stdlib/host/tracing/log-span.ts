import { serviceKey } from "../../../builtin/index.ts";

/** A span of `trace_start`. */
export interface LogSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly outer: LogSpan | undefined;
}

/** The innermost span of `trace_start` that a task is in; its log lines name it. */
export const logSpan = serviceKey<LogSpan>("log span");
