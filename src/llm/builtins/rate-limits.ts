import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { BuiltinValue, Raise, type Value } from "../../value/index.ts";
import { intAt, numberAt } from "../fields.ts";
import { llmService } from "../service.ts";
import { waitFor } from "../wire/waiting.ts";

/** Errors that another attempt may not meet. */
const passing: ReadonlySet<Value> = new Set(["rate_limit", "overloaded", "transient_network", "timeout"]);
const longestPauseMs = 30_000;

interface Patience {
  readonly retries: number;
  readonly firstPauseMs: number;
}

/** Under the provider's limit, and again when the error is one that passes: each pause is twice the one before. */
async function callPatiently(
  context: CallContext,
  provider: string,
  callee: Value,
  patience: Patience,
): Promise<Value> {
  const { limiter, host } = context.service(llmService);
  for (let attempt = 0; ; attempt++) {
    await limiter.admit(provider, context.signal);
    try {
      return await context.callAsync(callee, []);
    } catch (error) {
      if (attempt >= patience.retries || !(await passes(context, error))) throw error;
    }
    await waitFor(host.clock, Math.min(patience.firstPauseMs * 2 ** attempt, longestPauseMs), context.signal);
  }
}

async function passes(context: CallContext, error: unknown): Promise<boolean> {
  if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") return false;
  return passing.has(await context.callAsync(new BuiltinValue("error_category"), [error.value]));
}

export const rateLimitBuiltins: readonly Builtin[] = [
  declare("llm")({
    name: "with_rate_limit",
    summary:
      "Call a closure under a provider's rate limit, again while its error may pass: `{max_retries: 5, backoff_ms: 1000}`.",
    params: [req("provider", t.string), req("callback", t.closure), opt("options", t.dict)],
    effect: "llm",
    run: (context, provider, callback, options) =>
      context.async(() =>
        callPatiently(context, provider, callback, {
          retries: Math.max(0, intAt(options, "max_retries") ?? 5),
          firstPauseMs: Math.max(0, numberAt(options, "backoff_ms") ?? 1000),
        }),
      ),
  }),
];
