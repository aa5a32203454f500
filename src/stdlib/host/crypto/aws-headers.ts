import { declare, req, t } from "../../../builtin/index.ts";
import { DictValue, runtimeError, show, type Value } from "../../../value/index.ts";
import { dictOption } from "../options.ts";
import { signAws } from "./aws-signature.ts";
import { inputBytes } from "./encodings.ts";

/** AWS Signature Version 4, for requests with their own headers. Nothing is sent. */

function required(spec: DictValue, key: string): string {
  const value = spec.get(key);
  if (typeof value !== "string" || value === "") throw runtimeError(`aws_sigv4_headers: ${key} is required`);
  return value;
}

function awsHeaders(spec: DictValue): DictValue {
  const accessKeyId = required(spec, "access_key_id");
  const secretAccessKey = required(spec, "secret_access_key");
  const region = required(spec, "region");
  const service = required(spec, "service");
  const method = required(spec, "method").toUpperCase();
  const address = required(spec, "url");
  const timestamp = required(spec, "timestamp");
  if (!URL.canParse(address)) throw runtimeError(`aws_sigv4_headers: invalid url: ${address}`);
  if (!/^\d{8}T\d{6}Z$/.test(timestamp))
    throw runtimeError("aws_sigv4_headers: timestamp must look like 20130524T000000Z");
  const token = spec.get("session_token");
  const given = dictOption(spec, "headers")?.entries() ?? [];
  const signed = signAws({
    method,
    url: new URL(address),
    headers: new Map([...given].map(([name, value]) => [name, show(value)])),
    body: inputBytes(spec.get("body") ?? ""),
    region,
    service,
    timestamp,
    accessKeyId,
    secretAccessKey,
    sessionToken: typeof token === "string" && token !== "" ? token : undefined,
  });
  return DictValue.of({
    amz_date: timestamp,
    authorization: signed.authorization,
    canonical_request: signed.canonicalRequest,
    content_sha256: signed.contentHash,
    credential_scope: signed.scope,
    headers: new DictValue(new Map<string, Value>(signed.headers)),
    signed_headers: signed.signedHeaders,
    string_to_sign: signed.stringToSign,
  });
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
