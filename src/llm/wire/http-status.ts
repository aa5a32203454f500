import type { FailureKind, FailureReason } from "../failure.ts";
import { ModelFailure, redactSecrets } from "../failure.ts";
import { dictAt, isDict, numberAt, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";

const summaryLimit = 2048;
/** Longest wait that a provider may ask for. */
export const retryAfterLimitMs = 60_000;

export interface ErrorResponse {
  readonly provider: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
  /** Unix milliseconds, for a `Retry-After` that is a date. */
  readonly now: number;
}

/** What an answer other than 2xx, or an error event inside a stream, means for the caller. */
export function failureOfResponse(response: ErrorResponse): ModelFailure {
  const { kind, reason } = classify(response.status, response.body.toLowerCase());
  const retryAfterMs =
    response.retryAfter === undefined ? undefined : parseRetryAfter(response.retryAfter, response.now);
  const parts = [
    `${response.provider} HTTP ${statusText(response.status)} [${tagOf(reason)}]: ${summarize(response.body)}`,
  ];
  const tokens = reason === "context_overflow" ? largestNumber(response.body) : undefined;
  if (tokens !== undefined) parts.push(` (offending_tokens: ${tokens})`);
  if (response.retryAfter !== undefined) parts.push(` (retry-after: ${response.retryAfter})`);
  return new ModelFailure({
    kind,
    reason,
    category: categoryOf(reason, response.status, response.body),
    message: parts.join(""),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

interface Verdict {
  readonly kind: FailureKind;
  readonly reason: FailureReason;
}

/** The first row that fits decides: a body that names the cause outranks the status. */
function classify(status: number, body: string): Verdict {
  if (mentions(body, contextOverflow)) return { kind: "terminal", reason: "context_overflow" };
  if (mentions(body, contentPolicy)) return { kind: "terminal", reason: "content_policy" };
  if (status === 401 || status === 403 || mentions(body, authFailure))
    return { kind: "terminal", reason: "auth_failure" };
  if (status === 429 || mentions(body, rateLimit)) return { kind: "transient", reason: "rate_limit" };
  if ([408, 504, 522, 524].includes(status)) return { kind: "transient", reason: "timeout" };
  if (status === 404 || status === 410 || mentions(body, modelUnavailable))
    return { kind: "terminal", reason: "model_unavailable" };
  if ([500, 502, 503, 529].includes(status) || mentions(body, serverError))
    return { kind: "transient", reason: "server_error" };
  if (status === 400 || mentions(body, ["invalid_request"])) return { kind: "terminal", reason: "invalid_request" };
  return { kind: "terminal", reason: "unknown" };
}

const contextOverflow = [
  "context length",
  "context_length_exceeded",
  "context_overflow",
  "context exceeded",
  "prompt is too long",
  "context window",
];
const contentPolicy = ["content_policy", "content policy", "content_filter", "safety_violation"];
const authFailure = ["authentication_error", "invalid_api_key", "invalid x-api-key", "permission_error"];
const rateLimit = ["rate_limit", "insufficient_quota", "billing_hard_limit_reached"];
const modelUnavailable = ["non-serverless model", "model_not_found"];
const serverError = ["overloaded_error", "overloaded", "api_error", "service unavailable", "bad gateway"];

function mentions(body: string, words: readonly string[]): boolean {
  return words.some((word) => body.includes(word));
}

function categoryOf(reason: FailureReason, status: number, body: string): string {
  switch (reason) {
    case "auth_failure":
      return "auth";
    case "rate_limit":
      return "rate_limit";
    case "timeout":
      return "timeout";
    case "model_unavailable":
      return "not_found";
    case "network_error":
      return "transient_network";
    case "server_error":
      return status === 503 || status === 529 || body.includes("overloaded") ? "overloaded" : "server_error";
    default:
      return "generic";
  }
}

function tagOf(reason: FailureReason): string {
  if (reason === "rate_limit") return "rate_limited";
  return reason === "server_error" ? "http_error" : reason;
}

/** `message (type: …, code: …, status: …)` of the usual JSON error body, else the body itself; redacted and cut. */
function summarize(body: string): string {
  const parsed = tryParseJson(body);
  const root = isDict(parsed) ? parsed : undefined;
  const error = dictAt(root, "error") ?? root;
  const message = textAt(error, "message") ?? textAt(root, "error") ?? textAt(root, "detail");
  if (message === undefined) return redactSecrets(body.trim()).slice(0, summaryLimit);
  const details: string[] = [];
  for (const key of ["type", "code", "status"]) {
    const value = textAt(error, key) ?? numberAt(error, key);
    if (value !== undefined) details.push(`${key}: ${value}`);
  }
  return redactSecrets(details.length === 0 ? message : `${message} (${details.join(", ")})`).slice(0, summaryLimit);
}

/** `Retry-After` in seconds (a fraction is allowed) or as an HTTP date, as milliseconds within the limit. */
export function parseRetryAfter(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
  const wait = seconds === undefined ? Date.parse(trimmed) - now : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, Math.round(wait)), retryAfterLimitMs);
}

function largestNumber(body: string): number | undefined {
  const numbers = (body.match(/\d+/g) ?? []).map(Number).filter(Number.isSafeInteger);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

const reasonPhrases: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function statusText(status: number): string {
  const phrase = reasonPhrases[status];
  return phrase === undefined ? `${status}` : `${status} ${phrase}`;
}
