import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { keepAliveOf, ollamaSettings } from "../call/ollama-settings.ts";
import { ModelFailure, redactSecrets } from "../failure.ts";
import { intAt, isDict, itemsAt, numberAt, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { LlmService } from "../service.ts";
import { LineDecoder } from "../wire/lines.ts";
import { askServer, bodyText } from "./question.ts";

/** A model in the memory of the server. Keys are those of the JSON that commands print. */
export interface LoadedModel {
  readonly name: string;
  readonly size_bytes?: number;
  readonly size_vram_bytes?: number;
  readonly expires_at?: string;
  readonly context_length?: number;
}

/** One step of a pull; bytes where a part of the model is under way. */
export interface PullStep {
  readonly status: string;
  readonly completedBytes: number | undefined;
  readonly totalBytes: number | undefined;
}

const questionTimeoutMs = 10_000;
/** Loading a large model from a slow disk. */
const warmTimeoutMs = 300_000;

/** The parts of Ollama's own interface that are not about answers: which models it has, and getting more. */
export class OllamaServer {
  readonly baseUrl: string;
  readonly #service: LlmService;
  readonly #signal: AbortSignal;

  constructor(service: LlmService, signal: AbortSignal, baseUrl?: string) {
    const row = service.catalog.provider("ollama");
    this.#service = service;
    this.#signal = signal;
    this.baseUrl = (baseUrl ?? (row === undefined ? "" : service.catalog.baseUrl(row))).replace(/\/+$/u, "");
  }

  /** Names of the models on its disk. */
  async installed(): Promise<readonly string[]> {
    const models = itemsAt(dictOf(await this.#get("/api/tags")), "models") ?? [];
    return models.filter(isDict).flatMap((model) => textAt(model, "name") ?? textAt(model, "model") ?? []);
  }

  async loaded(): Promise<readonly LoadedModel[]> {
    const models = itemsAt(dictOf(await this.#get("/api/ps")), "models") ?? [];
    return models.filter(isDict).map((model) => ({
      name: textAt(model, "name") ?? textAt(model, "model") ?? "",
      ...present("size_bytes", intAt(model, "size")),
      ...present("size_vram_bytes", intAt(model, "size_vram")),
      ...present("expires_at", textAt(model, "expires_at")),
      ...present("context_length", intAt(model, "context_length")),
    }));
  }

  /** Has the server fetch a model. Ends when it is whole; an error of the server's is thrown as a `ModelFailure`. */
  async pull(model: string, onStep: (step: PullStep) => void): Promise<void> {
    const { http } = this.#service.host;
    if (http === undefined) throw failure("this host has no network");
    const response = await http.send({
      method: "POST",
      url: `${this.baseUrl}/api/pull`,
      headers: { "content-type": "application/json" },
      body: stringifyJson(record({ model, stream: true })),
      signal: this.#signal,
    });
    if (response.status !== 200)
      throw failure(`pulling ${model}: HTTP ${response.status}: ${errorIn(await bodyText(response))}`);
    const lines = new LineDecoder();
    let isWhole = false;
    const read = (line: string): void => {
      const step = tryParseJson(line);
      if (!isDict(step)) return;
      const error = textAt(step, "error");
      if (error !== undefined) throw failure(error);
      const status = textAt(step, "status") ?? "";
      isWhole = status === "success";
      onStep({ status, completedBytes: numberAt(step, "completed"), totalBytes: numberAt(step, "total") });
    };
    for await (const chunk of response.body) for (const line of lines.push(chunk)) read(line);
    for (const line of lines.end()) read(line);
    if (!isWhole) throw failure(`pulling ${model}: the server stopped before the model was whole`);
  }

  /** Loads a model into memory and keeps it there for `keepAlive` (`5m`, `1h`, `forever`; as configured where it is not given). */
  async warm(model: string, keepAlive: string | undefined): Promise<void> {
    const settings = ollamaSettings(this.#service.catalog, model);
    const body = record({
      model,
      prompt: "",
      stream: false,
      keep_alive: keepAlive === undefined ? settings.keepAlive : keepAliveOf(keepAlive),
      options: record({ num_ctx: settings.contextTokens }),
    });
    const request = {
      method: "POST",
      url: `${this.baseUrl}/api/generate`,
      headers: { "content-type": "application/json" },
      body: stringifyJson(body),
    };
    const { status, text } = await askServer(this.#service, request, this.#signal, warmTimeoutMs);
    if (status !== 200) throw failure(`HTTP ${status}: ${errorIn(text)}`);
  }

  async #get(path: string): Promise<Value | undefined> {
    const url = `${this.baseUrl}${path}`;
    const { status, text } = await askServer(
      this.#service,
      { method: "GET", url, headers: {} },
      this.#signal,
      questionTimeoutMs,
    );
    if (status !== 200) throw failure(`HTTP ${status} at ${url}: ${errorIn(text)}`);
    return tryParseJson(text);
  }
}

function dictOf(value: Value | undefined): DictValue | undefined {
  return isDict(value) ? value : undefined;
}

function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function errorIn(text: string): string {
  const parsed = tryParseJson(text);
  return redactSecrets((isDict(parsed) ? textAt(parsed, "error") : undefined) ?? text).slice(0, 300);
}

function failure(message: string): ModelFailure {
  return new ModelFailure({
    kind: "terminal",
    reason: "unknown",
    category: "generic",
    message: `ollama: ${message}`,
  });
}
