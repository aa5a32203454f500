/** What kind of failure an error is, so that a program can decide whether to try again (language-semantics §7.4). */
export const errorCategories = [
  "timeout",
  "auth",
  "rate_limit",
  "overloaded",
  "server_error",
  "transient_network",
  "schema_validation",
  "schema_stream_aborted",
  "tool_error",
  "tool_rejected",
  "egress_blocked",
  "cancelled",
  "not_found",
  "circuit_open",
  "budget_exceeded",
  "generic",
] as const;

export type ErrorCategory = (typeof errorCategories)[number];
