// What a client says of itself when it registers (RFC 7591, section 2), and what is wrong with it.

import { DictValue, handOut, ListValue, typeName, type Value } from "../../../value/index.ts";

/** Each of these is refused with a sentence of its own. */
const code = "HARN-OAU-005";

export const defaultGrantTypes = ["authorization_code"];
export const defaultResponseTypes = ["code"];
export const defaultAuthMethod = "client_secret_basic";

const grantTypes = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "urn:ietf:params:oauth:grant-type:device_code",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
];
const responseTypes = ["code", "token", "id_token", "code id_token", "none"];
const authMethods = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"];

/** Everything that is wrong with it; nothing when it may be registered. */
export function metadataErrors(metadata: DictValue): string[] {
  const errors = [
    ...redirectErrors(metadata.get("redirect_uris")),
    ...listErrors(metadata, "grant_types", grantTypes),
    ...listErrors(metadata, "response_types", responseTypes),
    ...authMethodErrors(metadata),
    ...["scope", "client_name"].flatMap((name) => textErrors(metadata, name)),
    ...["client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"].flatMap((name) => uriErrors(metadata, name)),
    ...["software_id", "software_version"].flatMap((name) => textErrors(metadata, name)),
    ...listErrors(metadata, "contacts", undefined),
  ];
  return errors.map((error) => `${code}: ${error}`);
}

/** The document with what it leaves out: authorization codes, answered with a code, by a client with a secret. */
export function withDefaults(metadata: DictValue): DictValue {
  const filled = new Map<string, Value>([
    ["grant_types", new ListValue([...defaultGrantTypes])],
    ["response_types", new ListValue([...defaultResponseTypes])],
    ["token_endpoint_auth_method", defaultAuthMethod],
  ]);
  for (const [name, value] of metadata.entries()) if (value !== null) filled.set(name, handOut(value));
  return new DictValue(filled);
}

function redirectErrors(value: Value | undefined): string[] {
  if (value === undefined || value === null) return ["redirect_uris is required"];
  if (!(value instanceof ListValue)) return [`redirect_uris must be a list of strings, got ${typeName(value)}`];
  if (value.view().length === 0) return ["redirect_uris must contain at least one entry"];
  return [...value.view()].flatMap((item, at) => {
    const error = redirectError(item);
    return error === undefined ? [] : [`redirect_uris[${at}] ${error}`];
  });
}

/** Absolute `https:`, or `http:` to the machine itself (RFC 8252, section 7.3); no fragment. */
function redirectError(value: Value): string | undefined {
  if (typeof value !== "string") return `must be a string, got ${typeName(value)}`;
  if (value.trim() === "") return "must be a non-empty absolute URI";
  const fault = uriFault(value);
  if (fault !== undefined) return `is not a valid absolute URI: ${fault}`;
  const { protocol, hostname } = new URL(value);
  if (value.includes("#")) return "must not contain a URI fragment per RFC 7591 §2";
  if (protocol === "https:") return undefined;
  const scheme = protocol.slice(0, -1);
  if (protocol !== "http:") return `scheme \`${scheme}\` is not allowed; use \`https\` or loopback \`http\``;
  return isLoopback(hostname) ? undefined : `scheme \`http\` is only allowed for loopback hosts, got \`${hostname}\``;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Why a text is no absolute URI. */
export function uriFault(text: string): string | undefined {
  if (URL.canParse(text)) return undefined;
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return "relative URL without a base";
  return /^https?:\/*$/i.test(text) ? "empty host" : "invalid URI";
}

function listErrors(metadata: DictValue, name: string, allowed: readonly string[] | undefined): string[] {
  const value = metadata.get(name) ?? null;
  if (value === null) return [];
  if (!(value instanceof ListValue)) return [`${name} must be a list of strings, got ${typeName(value)}`];
  return [...value.view()].flatMap((item, at) => {
    if (typeof item !== "string") return [`${name}[${at}] must be a string, got ${typeName(item)}`];
    return allowed === undefined || allowed.includes(item)
      ? []
      : [`${name}[${at}] \`${item}\` is not one of: ${allowed.join(", ")}`];
  });
}

function textErrors(metadata: DictValue, name: string): string[] {
  const value = metadata.get(name) ?? null;
  return value === null || typeof value === "string" ? [] : [`${name} must be a string, got ${typeName(value)}`];
}

function authMethodErrors(metadata: DictValue): string[] {
  const name = "token_endpoint_auth_method";
  const value = metadata.get(name);
  if (typeof value !== "string") return textErrors(metadata, name);
  return authMethods.includes(value) ? [] : [`${name} \`${value}\` is not one of: ${authMethods.join(", ")}`];
}

function uriErrors(metadata: DictValue, name: string): string[] {
  const value = metadata.get(name);
  if (typeof value !== "string") return textErrors(metadata, name);
  const fault = uriFault(value);
  return fault === undefined ? [] : [`${name} is not a valid absolute URI: ${fault}`];
}
