import { type LoadedModel, OllamaServer, providerReadiness } from "../../llm/index.ts";
import { messageOf } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { modelService } from "../model-service.ts";

/** One picture of a provider for machines: whether it answers, what it serves and, of Ollama, what is in its memory. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const provider = invocation.positionals[0] ?? "";
  const service = modelService(context);
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  try {
    const readiness = await providerReadiness(service, {
      provider,
      model: invocation.text("model"),
      baseUrl: invocation.text("base-url"),
      signal: stop.signal,
    });
    let loaded: readonly LoadedModel[] | undefined;
    let loadedError: string | undefined;
    if (provider === "ollama" && readiness.status !== "unreachable" && readiness.base_url !== null) {
      try {
        loaded = await new OllamaServer(service, stop.signal, readiness.base_url).loaded();
      } catch (error) {
        if (stop.signal.aborted) throw error;
        loadedError = messageOf(error);
      }
    }
    if (invocation.text("json") === "false") {
      context.output.write(readiness.ok ? "stdout" : "stderr", `${readiness.message}\n`);
      if (loaded !== undefined && loaded.length > 0)
        context.output.write("stdout", `loaded:\n${loaded.map((model) => `  - ${described(model)}\n`).join("")}`);
      if (loadedError !== undefined) context.output.write("stderr", `loaded models: ${loadedError}\n`);
    } else {
      const report = {
        provider,
        base_url: readiness.base_url,
        readiness,
        ...(loaded !== undefined && { loaded_models: loaded }),
        ...(loadedError !== undefined && { loaded_models_error: loadedError }),
      };
      context.output.write("stdout", `${JSON.stringify(report, null, 2)}\n`);
    }
    return readiness.ok ? 0 : 1;
  } finally {
    deaf();
  }
}

function described({ name, context_length, expires_at, size_bytes, size_vram_bytes }: LoadedModel): string {
  const facts = [
    size_bytes === undefined ? "" : `size=${size_bytes}B`,
    size_vram_bytes === undefined ? "" : `vram=${size_vram_bytes}B`,
    context_length === undefined ? "" : `ctx=${context_length}`,
    expires_at === undefined ? "" : `expires=${expires_at}`,
  ].filter((fact) => fact !== "");
  return facts.length === 0 ? name : `${name} (${facts.join(" ")})`;
}
