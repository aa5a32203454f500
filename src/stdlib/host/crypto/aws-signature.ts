import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { compareText, toHex } from "../../../value/index.ts";
import { percentEncode } from "./percent.ts";

/** A request to AWS before it is signed. `timestamp` looks like `20130524T000000Z`. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly region: string;
  readonly service: string;
  readonly timestamp: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** The signature of Signature Version 4 with the steps that led to it. `headers` are those of the request and those it adds. */
export interface AwsSignature {
  readonly headers: ReadonlyMap<string, string>;
  readonly authorization: string;
  readonly canonicalRequest: string;
  readonly contentHash: string;
  readonly scope: string;
  readonly signedHeaders: string;
  readonly stringToSign: string;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const mac = (key: Uint8Array, text: string): Uint8Array => hmac(sha256, key, utf8(text));

export function signAws(request: UnsignedRequest): AwsSignature {
  const { url, service, timestamp, region, sessionToken } = request;
  const contentHash = toHex(sha256(request.body));
  const headers = new Map(request.headers);
  headers.set("Host", url.host);
  headers.set("X-Amz-Content-Sha256", contentHash);
  headers.set("X-Amz-Date", timestamp);
  if (sessionToken !== undefined) headers.set("X-Amz-Security-Token", sessionToken);

  const canonical = [...headers]
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, " ")] as const)
    .sort(([a], [b]) => compareText(a, b));
  const signedHeaders = canonical.map(([name]) => name).join(";");
  const canonicalRequest = [
    request.method,
    canonicalPath(url.pathname, service),
    canonicalQuery(url),
    ...canonical.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    contentHash,
  ].join("\n");
  const scope = `${timestamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${toHex(sha256(utf8(canonicalRequest)))}`;
  const key = scope.split("/").reduce((derived, part) => mac(derived, part), utf8(`AWS4${request.secretAccessKey}`));
  const authorization = `AWS4-HMAC-SHA256 Credential=${request.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${toHex(mac(key, stringToSign))}`;
  headers.set("Authorization", authorization);
  return { headers, authorization, canonicalRequest, contentHash, scope, signedHeaders, stringToSign };
}

/** Every service but S3 wants the path's segments encoded once more. */
function canonicalPath(path: string, service: string): string {
  return service === "s3"
    ? path
    : path
        .split("/")
        .map((segment) => percentEncode(segment))
        .join("/");
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([key, value]) => `${percentEncode(key)}=${percentEncode(value)}`)
    .sort(compareText)
    .join("&");
}
