import type { HttpRequest, HttpResponse } from "../../builtin/index.ts";
import type { LlmService } from "../service.ts";
import { RequestScope } from "../wire/waiting.ts";

/** A small question to a provider's server, answered whole within `timeoutMs`. Throws what the network or the signal says. */
export async function askServer(
  { host }: LlmService,
  request: Omit<HttpRequest, "signal">,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<{ readonly status: number; readonly text: string }> {
  if (host.http === undefined) throw new Error("this host has no network");
  const scope = new RequestScope(signal, host.clock, timeoutMs);
  try {
    const response = await scope.race(host.http.send({ ...request, signal: scope.signal }));
    return { status: response.status, text: await scope.race(bodyText(response)) };
  } finally {
    scope.close();
  }
}

export async function bodyText({ body }: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
