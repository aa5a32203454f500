import { HostError, type HostHttp, type HttpRequest, type HttpResponse } from "../../builtin/index.ts";
import { hostError } from "./errors.ts";

/** HTTP over the platform's own `fetch`: pooled connections, transparent decompression, bodies as they arrive. */
export const nodeHttp: HostHttp = { send };

async function send(request: HttpRequest): Promise<HttpResponse> {
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: request.followRedirects === false ? "manual" : "follow",
      ...(request.body === undefined ? {} : { body: request.body as NonNullable<RequestInit["body"]> }),
      ...(request.signal === undefined ? {} : { signal: request.signal as AbortSignal }),
    });
  } catch (error) {
    throw request.signal?.aborted === true ? error : requestError(error, request.url);
  }
  return {
    status: response.status,
    statusText: response.statusText,
    url: response.url === "" ? request.url : response.url,
    headers: headersOf(response.headers),
    body: bodyOf(response, request),
  };
}

function headersOf(headers: Headers): Record<string, string> {
  const all: Record<string, string> = {};
  headers.forEach((value, name) => {
    all[name] = value;
  });
  return all;
}

async function* bodyOf(response: Response, request: HttpRequest): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw request.signal?.aborted === true ? error : requestError(error, request.url);
  } finally {
    // Whoever stops reading early gives the connection back; after the end this does nothing.
    await reader.cancel().catch(() => {});
  }
}

/** `fetch failed` says nothing: the reason is in the cause, which for several addresses is a list of reasons. */
function requestError(error: unknown, url: string): HostError {
  const cause = error instanceof Error ? error.cause : undefined;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const reason = first instanceof Error ? hostError(first) : hostError(error);
  return new HostError(reason.code, `error sending request for url (${url}): ${reason.message}`, { cause: error });
}
