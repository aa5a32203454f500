import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { declare, req, t } from "../../../builtin/index.ts";
import { compareText, DictValue, runtimeError, show, toHex, type Value } from "../../../value/index.ts";
import { dictOption } from "../options.ts";
import { inputBytes } from "./encodings.ts";
import { percentEncode } from "./percent.ts";

/** AWS Signature Version 4, for requests with their own headers. Nothing is sent. */

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const mac = (key: Uint8Array, text: string): Uint8Array => hmac(sha256, key, utf8(text));

function required(spec: DictValue, key: string): string {
  const value = spec.get(key);
  if (typeof value !== "string" || value === "") throw runtimeError(`aws_sigv4_headers: ${key} is required`);
  return value;
}

function awsHeaders(spec: DictValue): DictValue {
  const accessKey = required(spec, "access_key_id");
  const secretKey = required(spec, "secret_access_key");
  const region = required(spec, "region");
  const service = required(spec, "service");
  const method = required(spec, "method").toUpperCase();
  const address = required(spec, "url");
  const time = required(spec, "timestamp");
  if (!URL.canParse(address)) throw runtimeError(`aws_sigv4_headers: invalid url: ${address}`);
  if (!/^\d{8}T\d{6}Z$/.test(time)) throw runtimeError("aws_sigv4_headers: timestamp must look like 20130524T000000Z");
  const url = new URL(address);
  const contentHash = toHex(sha256(inputBytes(spec.get("body") ?? "")));
  const token = spec.get("session_token");

  const headers = new Map<string, string>();
  for (const [name, value] of dictOption(spec, "headers")?.entries() ?? []) headers.set(name, show(value));
  headers.set("Host", url.host);
  headers.set("X-Amz-Content-Sha256", contentHash);
  headers.set("X-Amz-Date", time);
  if (typeof token === "string" && token !== "") headers.set("X-Amz-Security-Token", token);

  const canonical = [...headers]
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, " ")] as const)
    .sort(([a], [b]) => compareText(a, b));
  const signedHeaders = canonical.map(([name]) => name).join(";");
  const request = [
    method,
    canonicalPath(url.pathname, service),
    canonicalQuery(url),
    ...canonical.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    contentHash,
  ].join("\n");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${toHex(sha256(utf8(request)))}`;
  const key = scope.split("/").reduce((derived, part) => mac(derived, part), utf8(`AWS4${secretKey}`));
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${signedHeaders}, Signature=${toHex(mac(key, toSign))}`;
  headers.set("Authorization", authorization);
  return DictValue.of({
    amz_date: time,
    authorization,
    canonical_request: request,
    content_sha256: contentHash,
    credential_scope: scope,
    headers: new DictValue(new Map<string, Value>(headers)),
    signed_headers: signedHeaders,
    string_to_sign: toSign,
  });
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

export const awsSignatureBuiltins = [
  declare("crypto")({
    name: "aws_sigv4_headers",
    summary: "The headers that sign a request for AWS (Signature Version 4), with the steps that led to them.",
    params: [req("spec", t.dict)],
    returns: t.dict,
    run: (_context, spec) => awsHeaders(spec),
  }),
];
