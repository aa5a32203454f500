import { providerReadiness } from "../../llm/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { modelService } from "../model-service.ts";

/** Asks a provider which models it serves, and whether one of them is the one that is wanted. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  try {
    const readiness = await providerReadiness(modelService(context), {
      provider: invocation.positionals[0] ?? "",
      model: invocation.text("model"),
      baseUrl: invocation.text("base-url"),
      signal: stop.signal,
    });
    if (invocation.has("json")) context.output.write("stdout", `${JSON.stringify(readiness, null, 2)}\n`);
    else context.output.write(readiness.ok ? "stdout" : "stderr", `${readiness.message}\n`);
    return readiness.ok ? 0 : 1;
  } finally {
    deaf();
  }
}
