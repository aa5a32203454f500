import { messageOf } from "../../text/index.ts";
import { show, type Value } from "../../value/index.ts";
import { keepAliveOf, ollamaSettings } from "../call/ollama-settings.ts";
import { redactSecrets } from "../failure.ts";
import { isDict, itemsAt, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { LlmService } from "../service.ts";
import { type LoadedModel, OllamaServer } from "./ollama-server.ts";
import { askServer } from "./question.ts";

/** Whether a model was put into memory. */
export interface Warmup {
  readonly valid: boolean;
  readonly status: "ok" | "failed";
  readonly message: string;
  readonly model: string;
  readonly url: string;
}

/** Whether Ollama has a model. Keys are those of the JSON that commands print. */
export interface OllamaReadiness {
  readonly valid: boolean;
  readonly status: "ok" | "daemon_down" | "bad_status" | "bad_response" | "model_missing" | "warmup_failed";
  readonly message: string;
  readonly model: string;
  readonly base_url: string;
  readonly tags_url: string;
  readonly available_models: readonly string[];
  readonly http_status?: number;
  readonly matched_model?: string;
  /** What calls from here ask for. */
  readonly expected?: { readonly num_ctx: number; readonly keep_alive: number | string };
  readonly keep_alive?: number | string;
  /** As it lies in memory, if it does. */
  readonly loaded_runner?: LoadedModel;
  /** In words: its context in memory is smaller than the expected one. */
  readonly context_drift?: string;
  readonly warmup?: Warmup;
}

export interface OllamaQuestion {
  readonly model: string;
  /** Whether to put the model into memory. */
  readonly isWarmed: boolean;
  /** `30m`, `forever`, `-1`; as configured where it is not given. */
  readonly keepAlive: string | undefined;
  readonly signal: AbortSignal;
}

const timeoutMs = 10_000;

/** Asks Ollama for a model. Nothing is thrown but what ends the wait. */
export async function ollamaReadiness(service: LlmService, question: OllamaQuestion): Promise<OllamaReadiness> {
  const { model, signal } = question;
  const server = new OllamaServer(service, signal);
  const tags_url = `${server.baseUrl}/api/tags`;
  const unready = { valid: false, model, base_url: server.baseUrl, tags_url, available_models: [] };
  let answer: Answer;
  try {
    answer = await askServer(service, { method: "GET", url: tags_url, headers: {} }, signal, timeoutMs);
  } catch (error) {
    if (signal.aborted) throw error;
    const message = `Ollama not reachable at ${tags_url}: ${redactSecrets(messageOf(error))}`;
    return { ...unready, status: "daemon_down", message };
  }
  const listed = lookFor(unready, answer);
  if (listed.matched_model === undefined) return listed;
  const { contextTokens, keepAlive } = ollamaSettings(service.catalog, model);
  const kept = question.keepAlive === undefined ? keepAlive : keepAliveOf(question.keepAlive);
  const found: OllamaReadiness = {
    ...listed,
    expected: { num_ctx: contextTokens, keep_alive: plain(keepAlive) },
    keep_alive: plain(kept),
  };
  const warmup = question.isWarmed ? await warm(server, question) : undefined;
  const loaded = await loadedRunner(server, listed.matched_model, signal);
  return {
    ...found,
    ...(loaded && { loaded_runner: loaded, ...drift(loaded, contextTokens) }),
    ...(warmup && { warmup, message: `${listed.message}; ${warmup.message}` }),
    ...(warmup?.valid === false && { valid: false, status: "warmup_failed" }),
  };
}

type Answer = Awaited<ReturnType<typeof askServer>>;

/** What the list of models says, with `matched_model` where the model is in it. */
function lookFor(unready: Omit<OllamaReadiness, "status" | "message">, { status, text }: Answer): OllamaReadiness {
  const { model } = unready;
  const heard = { ...unready, http_status: status };
  if (status !== 200) {
    const message = `Ollama returned HTTP ${status} from /api/tags: ${redactSecrets(text).slice(0, 300)}`;
    return { ...heard, status: "bad_status", message };
  }
  const available = modelsIn(text);
  if (available === undefined)
    return { ...heard, status: "bad_response", message: "Ollama's answer from /api/tags is no list of models" };
  const known = { ...heard, available_models: available };
  const matched = available.find((name) => name === model || name === `${model}:latest`);
  if (matched === undefined) {
    const message = `Ollama model '${model}' not found. Available: ${available.join(", ") || "none"}`;
    return { ...known, status: "model_missing", message };
  }
  const message = `Ollama is reachable and model '${model}' is available`;
  return { ...known, valid: true, status: "ok", message, matched_model: matched };
}

function modelsIn(text: string): string[] | undefined {
  const parsed = tryParseJson(text);
  const models = isDict(parsed) ? itemsAt(parsed, "models") : undefined;
  return models?.filter(isDict).flatMap((model) => textAt(model, "name") ?? textAt(model, "model") ?? []);
}

async function warm(server: OllamaServer, { keepAlive, model, signal }: OllamaQuestion): Promise<Warmup> {
  const url = `${server.baseUrl}/api/generate`;
  try {
    await server.warm(model, keepAlive);
    return { valid: true, status: "ok", message: `Ollama model '${model}' warmed`, model, url };
  } catch (error) {
    if (signal.aborted) throw error;
    const message = `Ollama model '${model}' could not be loaded: ${redactSecrets(messageOf(error))}`;
    return { valid: false, status: "failed", message, model, url };
  }
}

/** What is in memory is an extra: an older server that does not tell is ready all the same. */
async function loadedRunner(
  server: OllamaServer,
  model: string,
  signal: AbortSignal,
): Promise<LoadedModel | undefined> {
  try {
    return (await server.loaded()).find(({ name }) => name === model);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function drift({ context_length }: LoadedModel, expected: number): { readonly context_drift?: string } {
  if (context_length === undefined || context_length >= expected) return {};
  return {
    context_drift: `it lies in memory with a context of ${context_length} tokens, fewer than the ${expected} that calls ask for; \`ollama stop\` it, then --warm loads it anew`,
  };
}

function plain(keepAlive: Value): number | string {
  return typeof keepAlive === "number" ? keepAlive : show(keepAlive);
}
