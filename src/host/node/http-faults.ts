import { HostError, type HttpRequest } from "../../builtin/index.ts";
import { hostError } from "./errors.ts";

const unsupportedMethods: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/** What a connection says by itself. */
const headersOfTheClient: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Refuses what `fetch` cannot send, or would silently send otherwise. */
export function checkSendable({ method, url, headers, body }: HttpRequest): void {
  if (unsupportedMethods.has(method))
    throw refusal(url, `the method ${method} cannot be sent from here; a program such as curl sends it`);
  if ((method === "GET" || method === "HEAD") && body !== undefined)
    throw refusal(url, `a ${method} request has no body here; send it with POST, or as \`query\``);
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    if (headersOfTheClient.has(key)) throw refusal(url, `the client says the header \`${key}\` itself; leave it out`);
    if (key === "host" && URL.canParse(url) && value.toLowerCase() !== new URL(url).host)
      throw refusal(url, "the header `host` is that of the URL here; put the host's name there");
  }
}

function refusal(url: string, reason: string): HostError {
  return new HostError("EINVAL", `error sending request for url (${url}): ${reason}`);
}

/**
 * Whether the server closed a connection that it had answered on before: it may have done so while the request was under way, and
 * says nothing about the request.
 */
export function wasKeptAlive(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return false;
  const { code, socket } = cause as Error & {
    readonly code?: string;
    readonly socket?: { readonly bytesRead?: number };
  };
  return (code === "UND_ERR_SOCKET" || code === "ECONNRESET") && (socket?.bytesRead ?? 0) > 0;
}

export function requestError(error: unknown, url: string): HostError {
  const { code, reason } = told(error, url);
  return new HostError(code, `error sending request for url (${url}): ${reason}`, { cause: error });
}

export function bodyError(error: unknown, url: string): HostError {
  const { code, reason } = told(error, url);
  return new HostError(code, `error decoding response body: ${reason}`, { cause: error });
}

/** `fetch failed` says nothing: the reason is in the cause, which for several addresses is a list of reasons. */
function told(error: unknown, url: string): { readonly code: string; readonly reason: string } {
  const cause = error instanceof Error ? error.cause : undefined;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const { code, message } = hostError(first instanceof Error ? first : error);
  return { code, reason: inOwnWords(code, message, url) };
}

function inOwnWords(code: string, message: string, url: string): string {
  // Compression libraries number their errors as systems do, and mean something else.
  if (code.startsWith("Z_") || code.startsWith("ERR__ERROR_FORMAT") || code.startsWith("ERR_ZLIB"))
    return "it is not compressed as its header `content-encoding` says";
  switch (code) {
    case "ENOTFOUND":
      return `no host is known by the name ${new URL(url).hostname}`;
    case "UND_ERR_HEADERS_OVERFLOW":
      return "the headers of the answer are too long";
    case "UND_ERR_SOCKET":
      return message === "other side closed" || message === "bad response" ? socketReasons[message] : message;
    case "ERR_ASSERTION":
      return "the answer is no HTTP (its status is out of range)";
  }
  // `fetch` keeps off the ports of other protocols.
  return message === "bad port" ? `HTTP clients do not use port ${new URL(url).port}` : message;
}

const socketReasons = {
  "other side closed": "the server closed the connection before its answer was whole",
  "bad response": "the server answered 100 Continue, which nobody had asked for",
} as const;
