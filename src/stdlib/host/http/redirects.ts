import { HostError, type HttpRequest, type HttpResponse } from "../../../builtin/index.ts";

export interface RedirectRules {
  readonly follows: boolean;
  readonly most: number;
}

/**
 * Sends a request and those it is redirected to. Each is judged by itself before it leaves, which is why redirects are not
 * left to the host.
 */
export async function sendFollowing(
  send: (request: HttpRequest) => Promise<HttpResponse>,
  request: HttpRequest,
  rules: RedirectRules,
  judge: (request: HttpRequest) => void,
): Promise<HttpResponse> {
  let current = request;
  for (let followed = 0; ; followed++) {
    judge(current);
    const response = await send({ ...current, followRedirects: false });
    const target = rules.follows ? targetOf(response, current.url) : undefined;
    if (target === undefined) return response;
    if (followed === rules.most) throw new HostError("ELOOP", `too many redirects for url (${request.url})`);
    current = redirected(current, response.status, target);
  }
}

/** None of what is no address, or one of no web server (`file:`, `ftp:`, `data:`): the answer itself is the result then. */
function targetOf(response: HttpResponse, base: string): string | undefined {
  const location = response.headers.location;
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status);
  if (!isRedirect || location === undefined || !URL.canParse(location, base)) return undefined;
  const target = new URL(location, base);
  return target.protocol === "http:" || target.protocol === "https:" ? target.href : undefined;
}

/** The next request as browsers make it: a changed method has no body, another origin gets no credentials. */
function redirected(request: HttpRequest, status: number, url: string): HttpRequest {
  const becomesGet = (status === 303 && request.method !== "HEAD") || (status <= 302 && request.method === "POST");
  const staysHome = new URL(url).origin === new URL(request.url).origin;
  const dropped = new Set([
    ...(becomesGet ? ["content-type", "content-length", "content-encoding"] : []),
    ...(staysHome ? [] : ["authorization", "cookie", "proxy-authorization"]),
  ]);
  const { body, ...rest } = request;
  return {
    ...rest,
    url,
    method: becomesGet ? "GET" : request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name.toLowerCase()))),
    ...(becomesGet || body === undefined ? {} : { body }),
  };
}
