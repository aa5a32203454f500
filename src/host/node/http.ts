import type { HostHttp, HttpRequest, HttpResponse } from "../../builtin/index.ts";
import { bodyError, checkSendable, requestError, wasKeptAlive } from "./http-faults.ts";

/** HTTP over the platform's own `fetch`: pooled connections, transparent decompression, bodies as they arrive. */
export const nodeHttp: HostHttp = { send };

async function send(request: HttpRequest): Promise<HttpResponse> {
  let response: Response;
  checkSendable(request);
  const { headers, url } = withoutCredentials(request);
  const init: RequestInit = {
    method: request.method,
    headers: asBytes(headers),
    redirect: request.followRedirects === false ? "manual" : "follow",
    ...(request.body === undefined ? {} : { body: request.body as NonNullable<RequestInit["body"]> }),
    ...(request.signal === undefined ? {} : { signal: request.signal as AbortSignal }),
  };
  try {
    response = await fetched(url, init, isWorthAsking(request) ? mostTries : 1);
  } catch (error) {
    throw request.signal?.aborted === true ? error : requestError(error, url);
  }
  return {
    status: response.status,
    statusText: response.statusText,
    url: response.url === "" ? url : response.url,
    headers: headersOf(response.headers),
    body: bodyOf(response, request),
  };
}

/** As many connections of a pool may have been closed at once. */
const mostTries = 4;

async function fetched(url: string, init: RequestInit, tries: number): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (tries === 1 || init.signal?.aborted === true || !wasKeptAlive(error)) throw error;
    return fetched(url, init, tries - 1);
  }
}

/** What changes nothing may be asked again without anybody's leave. */
function isWorthAsking({ method }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}

/** `fetch` takes no name and password in a URL: they go into the header that they stand for. */
function withoutCredentials({ headers, url: text }: HttpRequest): Pick<HttpRequest, "headers" | "url"> {
  if (!text.includes("@") || !URL.canParse(text)) return { headers, url: text };
  const url = new URL(text);
  if (url.username === "" && url.password === "") return { headers, url: text };
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = "";
  url.password = "";
  const isStated = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  return { headers: isStated ? headers : { ...headers, authorization }, url: url.href };
}

/** Values as the bytes of their UTF-8, which `fetch` takes one by one. */
function asBytes(headers: HttpRequest["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /^[\0-\x7f]*$/.test(value) ? value : Buffer.from(value).toString("latin1"),
    ]),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
    throw request.signal?.aborted === true ? error : bodyError(error, withoutCredentials(request).url);
  } finally {
    // Whoever stops reading early gives the connection back; after the end this does nothing.
    await reader.cancel().catch(() => {});
  }
}
