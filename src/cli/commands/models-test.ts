import { askOnce, ModelFailure } from "../../llm/index.ts";
import { Raise, show } from "../../value/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { modelService } from "../model-service.ts";

/** Sends one small prompt to a model and tells how long that took and what it cost. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const service = modelService(context);
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  try {
    const answer = await askOnce(service, {
      selector: invocation.positionals[0] ?? "",
      provider: invocation.text("provider"),
      prompt: invocation.text("prompt") ?? "Reply with the word pong.",
      signal: stop.signal,
    });
    const report = {
      model_id: answer.model,
      provider: answer.provider,
      latency_ms: answer.latencyMs,
      first_token_ms: answer.firstTokenMs ?? answer.latencyMs,
      input_tokens: answer.inputTokens,
      output_tokens: answer.outputTokens,
      estimated_cost_usd: answer.costUsd,
    };
    const text = invocation.has("json")
      ? JSON.stringify({ ...report, text: answer.text }, null, 2)
      : Object.entries(report)
          .map(([name, value]) => `${name}=${value}`)
          .join(" ");
    context.output.write("stdout", `${text}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ModelFailure) && !(error instanceof Raise)) throw error;
    const message = error instanceof Raise ? show(error.value) : error.message;
    if (invocation.has("json")) context.output.write("stdout", `${JSON.stringify({ error: message })}\n`);
    else context.output.write("stderr", `error: ${message}\n`);
    return 1;
  } finally {
    deaf();
  }
}
