import type { AwsRequest } from "../llm/index.ts";
import { signAws } from "../stdlib/host/crypto/aws-signature.ts";

/** Signs a model request with the library's signer. */
export function signAwsRequest(request: AwsRequest): Readonly<Record<string, string>> {
  const { credentials } = request;
  const { headers } = signAws({
    method: request.method,
    url: new URL(request.url),
    headers: new Map(Object.entries(request.headers)),
    body: new TextEncoder().encode(request.body),
    region: request.region,
    service: request.service,
    timestamp: basicTime(request.time),
    ...credentials,
  });
  // The host names itself in every request.
  return Object.fromEntries([...headers].filter(([name]) => name !== "Host"));
}

/** `20130524T000000Z`. */
function basicTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, "");
}
