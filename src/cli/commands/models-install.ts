import { createNodeHost } from "../../host/node/index.ts";
import { type LlmService, ModelFailure, OllamaServer, type PullStep } from "../../llm/index.ts";
import { messageOf } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { modelService } from "../model-service.ts";
import { PullProgress } from "../pull-progress.ts";

/** What came of it, as `--json` prints it. */
interface Installed {
  readonly ok: boolean;
  readonly provider: string;
  readonly model: string;
  readonly installed: boolean;
  readonly warmed: boolean;
  readonly message: string;
  readonly steps?: readonly string[];
}

/** Has Ollama fetch a model and load it; for other servers on this machine, says how to set one up. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const service = modelService(context);
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  try {
    const result = await install(invocation, context, service, stop.signal);
    tell(result, invocation, context);
    return result.ok ? 0 : 1;
  } finally {
    deaf();
  }
}

async function install(
  invocation: Invocation,
  context: CommandContext,
  service: LlmService,
  signal: AbortSignal,
): Promise<Installed> {
  const selector = invocation.positionals[0] ?? "";
  const { id, provider } = targetOf(service, selector);
  const about = { provider, model: id, installed: false, warmed: false };
  if (provider !== "ollama") {
    const setup = setups[provider];
    const verify = `harn provider-ready ${provider} --model ${selector}`;
    if (setup === undefined) {
      const message = `'${selector}' is a model of provider '${provider}', which has nothing to install. To see whether it answers: ${verify}`;
      return { ...about, ok: false, message };
    }
    const steps = [...setup.map((step) => step.replaceAll("{model}", id)), `See whether it answers: ${verify}`];
    return { ...about, ok: true, message: `Setting up '${id}' behind provider '${provider}'`, steps };
  }
  if (!(await mayPull(invocation, context, id))) return { ...about, ok: false, message: "Nothing was pulled." };
  const server = new OllamaServer(service, signal);
  const progress = new PullProgress(context.output);
  try {
    const onStep = (step: PullStep): void => {
      if (!invocation.has("json")) progress.show(step);
    };
    await server.pull(id, onStep);
  } catch (error) {
    progress.end();
    return { ...about, ok: false, message: signal.aborted ? "stopped" : whyNot(error, server.baseUrl) };
  }
  progress.end();
  try {
    await server.warm(id, invocation.text("keep-alive"));
    return { ...about, ok: true, installed: true, warmed: true, message: `Pulled ${id}, and it is loaded` };
  } catch (error) {
    const message = `Pulled ${id}; loading it failed: ${messageOf(error)}`;
    return { ...about, ok: true, installed: true, message };
  }
}

/** A name that no catalogue knows and that says no provider is one of Ollama's library. */
function targetOf({ catalog }: LlmService, selector: string): { readonly id: string; readonly provider: string } {
  const resolved = catalog.resolve(selector);
  const isKnown = resolved.alias !== undefined || catalog.model(resolved.id) !== undefined;
  const isGuess = !isKnown && catalog.infer(selector).isDefault;
  return { id: resolved.id, provider: isGuess ? "ollama" : resolved.provider };
}

/** Asks a person who can answer. Who gave `--yes`, and whoever is no terminal, has said so already. */
async function mayPull(invocation: Invocation, context: CommandContext, model: string): Promise<boolean> {
  const { input, terminal } = createNodeHost({ cwd: context.cwd });
  if (invocation.has("yes") || invocation.has("json")) return true;
  if (!terminal.isInteractive("stdin") || !terminal.isInteractive("stderr")) return true;
  context.output.write("stderr", `Pull ${model}? It may be several gigabytes. [y/N] `);
  context.output.flush();
  return /^y(?:es)?$/iu.test((await input.readLine())?.trim() ?? "");
}

function whyNot(error: unknown, baseUrl: string): string {
  if (error instanceof ModelFailure) return error.message;
  return `no Ollama server answers at ${baseUrl} (${messageOf(error)}). Start one with \`ollama serve\`, or set OLLAMA_HOST`;
}

function tell(result: Installed, invocation: Invocation, { output }: CommandContext): void {
  if (invocation.has("json")) {
    output.write("stdout", `${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  if (!result.ok) {
    output.write("stderr", `error: ${result.message}\n`);
    return;
  }
  const next = result.installed
    ? [
        `Use it: HARN_LLM_PROVIDER=ollama HARN_LLM_MODEL=${result.model} harn run FILE`,
        `See whether it answers: harn provider-ready ollama --model ${result.model}`,
      ]
    : (result.steps ?? []).map((step, index) => `${index + 1}. ${step}`);
  output.write("stdout", `${[result.message, "", ...next].join("\n")}\n`);
}

const compatible = (start: string, address: string): readonly string[] => [start, `Say where it is: export ${address}`];

/** How servers that speak OpenAI's language are started. `{model}` is the model's id. */
const setups: Readonly<Record<string, readonly string[]>> = {
  local: compatible(
    "Start a server that speaks OpenAI's protocol, on 127.0.0.1:8000 say",
    "LOCAL_LLM_BASE_URL=http://127.0.0.1:8000 LOCAL_LLM_MODEL={model}",
  ),
  llamacpp: compatible(
    "Start llama.cpp with the model's file: llama-server --port 8001 --jinja -m PATH.gguf",
    "LLAMACPP_BASE_URL=http://127.0.0.1:8001",
  ),
  mlx: compatible(
    "Start MLX with the model: mlx_lm.server --port 8002 --model {model}",
    "MLX_BASE_URL=http://127.0.0.1:8002 MLX_MODEL_ID={model}",
  ),
  vllm: compatible("Start vLLM with the model: vllm serve {model} --port 8000", "VLLM_BASE_URL=http://127.0.0.1:8000"),
  tgi: compatible(
    "Start text-generation-inference: text-generation-launcher --port 8080 --model-id {model}",
    "TGI_BASE_URL=http://127.0.0.1:8080",
  ),
};
