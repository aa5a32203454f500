import { type DictValue, Raise } from "../../value/index.ts";
import { ModelFailure, networkFailure, redactSecrets } from "../failure.ts";
import { record } from "../fields.ts";
import type { LlmService } from "../service.ts";
import { headerOf } from "../wire/exchange.ts";
import { failureOfResponse } from "../wire/http-status.ts";
import { RequestScope } from "../wire/waiting.ts";

export interface HealthQuestion {
  readonly provider: string;
  /** A key to try instead of the configured one. */
  readonly key: string | undefined;
  readonly warm: boolean;
  readonly model: string | undefined;
  readonly signal: AbortSignal;
}

const timeoutMs = 10_000;

/** `{provider, valid, status, message, metadata}`: whether the provider answers and takes the key. Nothing is thrown. */
export async function checkHealth(service: LlmService, question: HealthQuestion): Promise<DictValue> {
  const { provider } = question;
  const row = service.catalog.provider(provider);
  if (row === undefined)
    return verdict(provider, false, "invalid_request", `Unknown provider: ${provider}`, { reason: "unknown_provider" });
  if (question.warm && question.model === undefined) {
    return verdict(provider, false, "invalid_request", "warming a model needs its name: {warm: true, model: …}", {
      reason: "missing_model",
    });
  }
  const key = question.key ?? service.catalog.key(provider);
  if (row.authStyle !== "none" && key === undefined) {
    return verdict(provider, false, "missing_key", `Missing API key: set ${row.authEnv.join(" or ")}`, {
      reason: "missing_api_key",
    });
  }
  const { http, clock } = service.host;
  if (row.healthPath === undefined || http === undefined) {
    return verdict(provider, false, "unsupported", `provider '${provider}' has no health check here`, {
      reason: "unsupported",
    });
  }
  const url = `${service.catalog.baseUrl(row)}${row.healthPath}`;
  const credentials: Record<string, string> =
    key === undefined || row.authStyle === "none"
      ? {}
      : row.authStyle === "header"
        ? { [row.authHeader ?? "x-api-key"]: key }
        : { authorization: `Bearer ${key}` };
  const version: Record<string, string> = row.dialect === "anthropic" ? { "anthropic-version": "2023-06-01" } : {};
  const scope = new RequestScope(question.signal, clock, timeoutMs);
  try {
    const response = await scope.race(
      http.send({ method: "GET", url, headers: { ...credentials, ...version }, signal: scope.signal }),
    );
    if (response.status >= 200 && response.status < 300)
      return verdict(provider, true, "ok", `${provider} answered`, { http_status: response.status });
    const failure = failureOfResponse({
      provider,
      status: response.status,
      retryAfter: headerOf(response, "retry-after"),
      body: "",
      now: clock.now(),
    });
    return verdict(provider, false, failure.facts.reason, failure.message, {
      http_status: response.status,
      reason: failure.facts.reason,
    });
  } catch (error) {
    if (error instanceof Raise) throw error;
    const failure = error instanceof ModelFailure ? error : networkFailure(provider, error);
    return verdict(provider, false, "network_error", redactSecrets(failure.message), { reason: "network_error" });
  } finally {
    scope.close();
  }
}

function verdict(
  provider: string,
  isValid: boolean,
  status: string,
  message: string,
  metadata: Readonly<Record<string, string | number>>,
): DictValue {
  return record({ provider, valid: isValid, status, message, metadata: record(metadata) });
}
