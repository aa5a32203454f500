import { messageOf } from "../../text/index.ts";
import type { Value } from "../../value/index.ts";
import type { ProviderRow } from "../catalog/providers.ts";
import { redactSecrets } from "../failure.ts";
import { isDict, itemsAt, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { LlmService } from "../service.ts";
import { AbortedWait } from "../wire/waiting.ts";
import { askServer } from "./question.ts";

export interface ReadinessQuestion {
  readonly provider: string;
  /** An alias or an id that the server has to serve. */
  readonly model: string | undefined;
  /** Instead of the configured address. */
  readonly baseUrl: string | undefined;
  readonly signal: AbortSignal;
}

/** What a provider's list of models says. Keys are those of the JSON that commands print. */
export interface Readiness {
  readonly provider: string;
  readonly ok: boolean;
  readonly status:
    | "ok"
    | "unknown_provider"
    | "invalid_url"
    | "missing_key"
    | "unreachable"
    | "bad_status"
    | "bad_response"
    | "model_missing";
  readonly message: string;
  readonly base_url: string | null;
  readonly url: string | null;
  readonly model: string | null;
  readonly requested_model: string | null;
  readonly served_models: readonly string[];
  readonly http_status: number | null;
}

const timeoutMs = 10_000;

/** Asks a provider which models it serves. Nothing is thrown but what ends the wait. */
export async function providerReadiness(service: LlmService, question: ReadinessQuestion): Promise<Readiness> {
  const { provider } = question;
  const { catalog } = service;
  const row = catalog.provider(provider);
  const requested = question.model ?? null;
  const model = requested === null ? null : catalog.resolve(requested).id;
  const unasked = { provider, requested_model: requested, model, served_models: [], http_status: null };
  if (row === undefined) {
    const message = `Unknown provider: ${provider}`;
    return { ...unasked, ok: false, status: "unknown_provider", message, base_url: null, url: null };
  }
  const base = (question.baseUrl ?? catalog.baseUrl(row)).replace(/\/+$/u, "");
  const url = `${base}${modelsPath(row, base)}`;
  const failed = { ...unasked, ok: false, base_url: base, url };
  if (!URL.canParse(url))
    return { ...failed, url: null, status: "invalid_url", message: `Invalid provider models URL '${url}'` };
  const key = catalog.key(provider);
  if (row.authStyle !== "none" && key === undefined)
    return { ...failed, status: "missing_key", message: `Missing API key: set ${row.authEnv.join(" or ")}` };
  try {
    const request = { method: "GET", url, headers: headersOf(row, key) };
    return judge({ ...failed, base_url: base }, await askServer(service, request, question.signal, timeoutMs));
  } catch (error) {
    if (question.signal.aborted) throw error;
    const why =
      error instanceof AbortedWait ? `no answer within ${timeoutMs / 1000} s` : redactSecrets(messageOf(error));
    const message = `${provider} server is not reachable at ${base}: ${why}`;
    return { ...failed, status: "unreachable", message };
  }
}

type Asked = Omit<Readiness, "status" | "message"> & { readonly base_url: string };

/** What a provider's answer says of it, and of the model if one was asked for. */
function judge(asked: Asked, { status, text }: { readonly status: number; readonly text: string }): Readiness {
  const { base_url: base, model, provider, url } = asked;
  const heard = { ...asked, http_status: status };
  if (status < 200 || status > 299)
    return { ...heard, status: "bad_status", message: `${provider} returned HTTP ${status} at ${url}` };
  const served = servedModels(text);
  if (served === undefined)
    return { ...heard, status: "bad_response", message: `${provider} returned an unparsable /models response` };
  if (served.length === 0)
    return { ...heard, status: "bad_response", message: `${provider} /models response did not include any model ids` };
  const answered = { ...heard, served_models: served };
  const list = served.join(", ");
  if (model === null) {
    const message = `${provider} is reachable at ${base}; served models: ${list}`;
    return { ...answered, ok: true, status: "ok", message };
  }
  if (!served.some((id) => id === model || id === `${model}:latest`)) {
    const message = `Model '${model}' is not served by ${provider} at ${base}. Currently served: ${list}`;
    return { ...answered, status: "model_missing", message };
  }
  const message = `${provider} is ready at ${base}; model '${model}' is served`;
  return { ...answered, ok: true, status: "ok", message };
}

/** Addresses that end in a version have the list right below it. */
function modelsPath(row: ProviderRow, base: string): string {
  if (row.healthPath?.endsWith("/models") === true) return row.healthPath;
  return /\/v\d+(?:beta)?$/u.test(base) ? "/models" : "/v1/models";
}

function headersOf(row: ProviderRow, key: string | undefined): Readonly<Record<string, string>> {
  const version: Record<string, string> = row.dialect === "anthropic" ? { "anthropic-version": "2023-06-01" } : {};
  if (key === undefined || row.authStyle === "none") return { ...row.extraHeaders, ...version };
  const credential =
    row.authStyle === "bearer" ? { authorization: `Bearer ${key}` } : { [row.authHeader ?? "x-api-key"]: key };
  return { ...row.extraHeaders, ...version, ...credential };
}

/** Ids in `{data: […]}` or `{models: […]}`, as texts or under `id` or `name`; undefined where the text is no JSON. */
function servedModels(text: string): string[] | undefined {
  const parsed = tryParseJson(text);
  if (parsed === undefined) return undefined;
  if (!isDict(parsed)) return [];
  return (itemsAt(parsed, "data") ?? itemsAt(parsed, "models") ?? []).map(idOf).filter((id) => id !== undefined);
}

function idOf(item: Value): string | undefined {
  if (typeof item === "string") return item;
  return isDict(item) ? (textAt(item, "id") ?? textAt(item, "name")) : undefined;
}
