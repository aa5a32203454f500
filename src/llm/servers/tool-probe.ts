import type { HostHttp } from "../../builtin/index.ts";
import { messageOf } from "../../text/index.ts";
import { Raise, show } from "../../value/index.ts";
import { ollamaSettings } from "../call/ollama-settings.ts";
import { routeTo } from "../call/routes.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import type { ProviderRow, WireDialect } from "../catalog/providers.ts";
import { anthropicMessages } from "../dialects/anthropic.ts";
import { bedrockConverse } from "../dialects/bedrock.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { generateContent } from "../dialects/gemini.ts";
import { ollamaChat } from "../dialects/ollama.ts";
import { azureChat, openAiChat } from "../dialects/openai-chat.ts";
import { isEmptyCompletion, isOllamaEmpty, ModelFailure, redactSecrets } from "../failure.ts";
import { isDict, list, record } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelRequest } from "../model.ts";
import type { LlmService } from "../service.ts";
import { exchange } from "../wire/exchange.ts";
import { SseDecoder } from "../wire/sse.ts";
import { judgeAnswer, type ProbeCase, type ProbedAnswer, type ProbeVerdict, probeTool } from "./tool-probe-verdict.ts";

export interface ToolProbe {
  readonly provider: string;
  /** As the provider knows it. */
  readonly model: string;
  readonly mode: ProbeCase["mode"];
  /** What the model has to hand to the tool. */
  readonly marker: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Asks a model for one call of one tool. Nothing is thrown but what ends the wait. */
export async function probeToolCall(service: LlmService, probe: ToolProbe): Promise<ProbeCase> {
  const { clock } = service.host;
  const begun = clock.monotonic();
  let status: number | undefined;
  const seen = (verdict: ProbeVerdict): ProbeCase => ({
    mode: probe.mode,
    ...verdict,
    ...(status !== undefined && { http_status: status }),
    elapsed_ms: Math.round(clock.monotonic() - begun),
  });
  const row = service.catalog.provider(probe.provider);
  if (row === undefined || row.dialect === "mock")
    return seen(unheard("transport_error", `unknown provider: ${probe.provider}`));
  const { http } = service.host;
  if (http === undefined) return seen(unheard("transport_error", "this host has no network"));
  const watched: HostHttp = {
    ...http,
    send: async (sent) => {
      const response = await http.send(sent);
      status = response.status;
      return response;
    },
  };
  const request = requestOf(service.catalog, row, probe);
  try {
    const selection = { provider: probe.provider, model: probe.model, via: "the command line" };
    const route = await routeTo(service, request, selection, probe.signal);
    const { signal } = probe;
    const reply = await exchange({ http: watched, clock, ...route, request, signal, listener: {} });
    return seen(judgeAnswer(reply, probe.marker, request.stream));
  } catch (error) {
    if (probe.signal.aborted) throw error;
    if (error instanceof ModelFailure && (isEmptyCompletion(error) || isOllamaEmpty(error)))
      return seen(unheard("empty_silent", "empty_silent_response"));
    const why = redactSecrets(error instanceof Raise ? show(error.value) : messageOf(error));
    return seen(
      status !== undefined && (status < 200 || status > 299)
        ? unheard("http_error", `provider returned non-success HTTP status: ${why}`)
        : unheard("transport_error", `provider request failed: ${why}`),
    );
  }
}

/** Judges an answer that was saved: the body of one, or the events of a stream. What is neither counts as the model's text. */
export function judgeSavedAnswer(
  service: LlmService,
  probe: Pick<ToolProbe, "provider" | "model" | "mode" | "marker">,
  saved: string,
): ProbeCase {
  const row = service.catalog.provider(probe.provider);
  const request = requestOf(service.catalog, row, { ...probe, timeoutMs: 0 });
  const dialect = dialectOf(row?.dialect ?? "openai", service.catalog, probe.model);
  let answer: ProbedAnswer;
  try {
    answer = readSaved(dialect, request, saved);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    answer = { text: "", toolCalls: [] };
  }
  return { mode: probe.mode, ...judgeAnswer(answer, probe.marker, saved.startsWith("data:")) };
}

function readSaved(dialect: Dialect, request: ModelRequest, saved: string): ProbedAnswer {
  const body = tryParseJson(saved);
  if (isDict(body)) return dialect.readReply(body, request);
  const stream = /^(?:data|event):/u.test(saved) ? dialect.openStream?.(request, {}) : undefined;
  if (stream === undefined) return { text: saved, toolCalls: [] };
  const decoder = new SseDecoder();
  for (const event of decoder.push(new TextEncoder().encode(saved))) stream.push(event);
  for (const event of decoder.end()) stream.push(event);
  return stream.finish();
}

function dialectOf(name: WireDialect, catalog: ProviderCatalog, model: string): Dialect {
  switch (name) {
    case "anthropic":
      return anthropicMessages;
    case "ollama":
      return ollamaChat(ollamaSettings(catalog, model));
    case "gemini":
    case "vertex":
      return generateContent(name);
    case "bedrock":
      return bedrockConverse;
    case "azure":
      return azureChat;
    case "openai":
    case "mock":
      return openAiChat;
  }
}

function unheard(classification: "http_error" | "transport_error" | "empty_silent", reason: string): ProbeVerdict {
  return {
    ok: false,
    classification,
    fallback_mode: "disabled",
    failure_reason: reason,
    native_tool_call_count: 0,
    text_tool_call_count: 0,
  };
}

/** The smallest request that leaves a model no way but to call the tool. */
function requestOf(
  catalog: ProviderCatalog,
  row: ProviderRow | undefined,
  { provider, model, mode, marker, timeoutMs }: Omit<ToolProbe, "signal">,
): ModelRequest {
  const prompt = `Answer with nothing but one call of the tool ${probeTool}. Its value is "${marker}".`;
  const stream = mode === "streaming";
  return {
    provider,
    model,
    apiMode: "chat_completions",
    system: undefined,
    messages: [record({ role: "user", content: prompt })],
    tools: [probeToolSchema()],
    toolChoice:
      row?.dialect === "anthropic"
        ? record({ type: "tool", name: probeTool })
        : record({ type: "function", function: record({ name: probeTool }) }),
    maxTokens: 1024,
    sampling: { temperature: 0 },
    outputFormat: { kind: "text" },
    thinking: { mode: "disabled" },
    stream,
    cache: false,
    prefill: undefined,
    timeoutMs,
    // Ollama is always asked for a stream otherwise.
    overrides: row?.dialect === "ollama" && !stream ? record({ stream: false }) : undefined,
    betaFeatures: [],
    interleavedThinking: false,
    capabilities: catalog.capabilities(provider, model),
  };
}

function probeToolSchema(): ReturnType<typeof record> {
  return record({
    type: "function",
    function: record({
      name: probeTool,
      description: "Gives the value back as it is.",
      parameters: record({
        type: "object",
        properties: record({ value: record({ type: "string", description: "What to give back." }) }),
        required: list(["value"]),
        additionalProperties: false,
      }),
    }),
  });
}
