import { messageOf } from "../text/index.ts";
import { type DictValue, Raise } from "../value/index.ts";
import { record } from "./fields.ts";

export type FailureKind = "transient" | "terminal";

export type FailureReason =
  | "context_overflow"
  | "content_policy"
  | "auth_failure"
  | "rate_limit"
  | "timeout"
  | "model_unavailable"
  | "server_error"
  | "invalid_request"
  | "network_error"
  | "unknown"
  | "budget_exceeded"
  | "schema_validation";

export interface FailureFacts {
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  readonly category: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** More keys of the dict a program catches. */
  readonly extra?: DictValue;
}

/** A model call that did not work out, before it becomes the dict that a program catches. */
export class ModelFailure extends Error {
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts, options?: ErrorOptions) {
    super(facts.message, options);
    this.name = "ModelFailure";
    this.facts = facts;
  }
}

/** The dict of `catch (e)`: `{kind, reason, category, message, retry_after_ms?, provider, model}`. */
export function failureDict(failure: ModelFailure, provider: string, model: string): DictValue {
  const { kind, reason, category, message, retryAfterMs, extra } = failure.facts;
  const dict = record({ kind, reason, category, message, retry_after_ms: retryAfterMs, provider, model });
  if (extra !== undefined) for (const [key, value] of extra.toMap()) dict.setInPlace(key, value);
  return dict;
}

export function failureRaise(failure: ModelFailure, provider: string, model: string): Raise {
  return new Raise("thrown", failureDict(failure, provider, model), failure.facts.category);
}

/** Kind and reason that go with a category, for failures that arrive as a category: mocks, replayed errors. */
export function classifyCategory(category: string): { readonly kind: FailureKind; readonly reason: FailureReason } {
  switch (category) {
    case "rate_limit":
      return { kind: "transient", reason: "rate_limit" };
    case "timeout":
      return { kind: "transient", reason: "timeout" };
    case "overloaded":
    case "server_error":
      return { kind: "transient", reason: "server_error" };
    case "transient_network":
      return { kind: "transient", reason: "network_error" };
    case "auth":
      return { kind: "terminal", reason: "auth_failure" };
    case "not_found":
      return { kind: "terminal", reason: "model_unavailable" };
    default:
      return { kind: "terminal", reason: "unknown" };
  }
}

export function networkFailure(provider: string, cause: unknown): ModelFailure {
  const detail = messageOf(cause);
  return new ModelFailure(
    {
      kind: "transient",
      reason: "network_error",
      category: "transient_network",
      message: `${provider} stream error: ${redactSecrets(detail)}`,
    },
    { cause },
  );
}

export function timeoutFailure(provider: string, seconds: number): ModelFailure {
  return new ModelFailure({
    kind: "transient",
    reason: "timeout",
    category: "timeout",
    message: `${provider} request timed out after ${seconds}s`,
  });
}

/** The stream stopped before the provider said that the answer was complete. */
export function cutStreamFailure(provider: string, awaited: string): ModelFailure {
  return new ModelFailure({
    kind: "transient",
    reason: "network_error",
    category: "transient_network",
    message: `${provider} stream error: unexpected EOF before ${awaited}`,
  });
}

/** Tokens answered but nothing to show for them: worth another try. */
export function emptyCompletionFailure(
  model: string,
  outputTokens: number,
  server = "openai-compatible",
): ModelFailure {
  return new ModelFailure({
    kind: "transient",
    reason: "server_error",
    category: "server_error",
    message: `${server} model ${model} reported completion_tokens=${outputTokens} but delivered no content, reasoning, or tool calls`,
  });
}

export function isOllamaEmpty(failure: ModelFailure): boolean {
  return failure.facts.message.startsWith("[ollama_empty_content_parser_bug]");
}

export function isEmptyCompletion(failure: ModelFailure): boolean {
  return failure.facts.message.includes("but delivered no content, reasoning, or tool calls");
}

/** What stands before a secret is kept, where there is a group for it. */
const secretPatterns: readonly RegExp[] = [
  /()\b(?:sk|rk|pk|xai|gsk|hf|sess)[-_][A-Za-z0-9_-]{8,}/g,
  /()\bAIza[0-9A-Za-z_-]{20,}/g,
  /\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /((?:api[-_]?key|authorization|access[-_]?token|secret)["']?\s*[:=]\s*["']?)[^\s"',}]{6,}/gi,
];

/** Takes out what looks like a credential: providers echo the key they were given. */
export function redactSecrets(text: string): string {
  return secretPatterns.reduce((redacted, pattern) => redacted.replace(pattern, "$1[redacted]"), text);
}
