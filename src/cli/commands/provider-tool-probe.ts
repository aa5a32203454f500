import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { judgeSavedAnswer, type LlmService, type ProbeCase, probeTool, probeToolCall, sumUp } from "../../llm/index.ts";
import { messageOf } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { modelService } from "../model-service.ts";

/** Asks a model for one call of one tool, whole and streamed, and tells by which protocol tools reach it. Status 1: by none. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const provider = invocation.positionals[0] ?? "";
  const selector = invocation.text("model");
  if (selector === undefined) throw new UsageError("`harn provider-tool-probe` requires `--model MODEL`");
  const seconds = invocation.count("timeout-secs") ?? 120;
  const marker = invocation.text("marker") ?? "";
  const service = serviceAt(context, provider, invocation.text("base-url"));
  const row = service.catalog.provider(provider);
  const model = service.catalog.resolve(selector).id;
  const about = { provider, model, marker };
  const modes = modesOf(invocation.text("mode"));
  const fixture = invocation.text("response-fixture");
  const cases =
    fixture === undefined
      ? await ask(
          context,
          (signal, mode) => probeToolCall(service, { ...about, mode, timeoutMs: seconds * 1000, signal }),
          modes,
        )
      : [judgeSavedAnswer(service, { ...about, mode: modes[0] ?? "streaming" }, savedAnswer(context, fixture))];
  const toolCalling = sumUp(cases);
  const isJson = invocation.text("json") !== "false";
  const report = {
    schema_version: 1,
    provider,
    model,
    ...(fixture === undefined && row !== undefined && { base_url: service.catalog.baseUrl(row) }),
    tool_name: probeTool,
    marker,
    cases,
    tool_calling: toolCalling,
  };
  const { native, text, streaming_native, fallback_mode } = toolCalling;
  const words = [
    `${provider} ${model} fallback=${fallback_mode} native=${native} text=${text} streaming_native=${streaming_native}`,
    ...cases.map(lineOf),
  ];
  context.output.write("stdout", isJson ? `${JSON.stringify(report, null, 2)}\n` : `${words.join("\n")}\n`);
  return fallback_mode === "disabled" ? 1 : 0;
}

function lineOf({ mode, classification, ok, failure_reason }: ProbeCase): string {
  return `  ${mode}: ${classification} ok=${ok} reason=${failure_reason ?? "-"}`;
}

type Mode = ProbeCase["mode"];

function modesOf(word: string | undefined): readonly Mode[] {
  if (word === "streaming") return ["streaming"];
  return word === "non-streaming" ? ["non_streaming"] : ["non_streaming", "streaming"];
}

/** One after the other: a local server has one model in its memory. */
async function ask(
  context: CommandContext,
  probe: (signal: AbortSignal, mode: Mode) => Promise<ProbeCase>,
  modes: readonly Mode[],
): Promise<readonly ProbeCase[]> {
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  try {
    const cases: ProbeCase[] = [];
    for (const mode of modes) cases.push(await probe(stop.signal, mode));
    return cases;
  } finally {
    deaf();
  }
}

function savedAnswer({ cwd }: CommandContext, path: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new CommandFailure("read_failed", `failed to read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** With another address in the place of the provider's own. */
function serviceAt(context: CommandContext, provider: string, baseUrl: string | undefined): LlmService {
  const service = modelService(context);
  const row = service.catalog.provider(provider);
  if (baseUrl === undefined || row === undefined) return service;
  if (!URL.canParse(baseUrl)) throw new UsageError(`invalid value '${baseUrl}' for '--base-url': expected a URL`);
  const { baseUrlEnv: _replaced, ...rest } = row;
  return modelService(context, [{ providers: [{ ...rest, baseUrl: baseUrl.replace(/\/+$/u, "") }] }]);
}
