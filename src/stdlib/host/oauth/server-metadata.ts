import { DictValue, handOut, ListValue, runtimeError, type Value } from "../../../value/index.ts";
import { textOption } from "../options.ts";
import { uriFault } from "./client-metadata.ts";

/** Fields of a provider that a server's document knows under another name. */
const endpoints = [
  ["auth_url", "authorization_endpoint"],
  ["token_url", "token_endpoint"],
  ["device_code_url", "device_authorization_endpoint"],
  ["revoke_url", "revocation_endpoint"],
  ["userinfo_url", "userinfo_endpoint"],
] as const;

/**
 * What an authorization server says of itself (RFC 8414), made from a record of `std/oauth/providers`. `overrides` stand over what the
 * record gives, field by field; a nil takes its field out.
 */
export function authorizationServerMetadata(provider: DictValue, overrides: DictValue | undefined): DictValue {
  const authorization = urlOf(provider, "auth_url");
  urlOf(provider, "token_url");
  const fields = new Map<string, Value>([["issuer", originOf(authorization)]]);
  for (const [from, to] of endpoints) {
    const url = textOption(provider, from);
    if (url !== undefined && url !== "") fields.set(to, url);
  }
  const grants = ["authorization_code", "refresh_token"];
  if (fields.has("device_authorization_endpoint")) grants.push("urn:ietf:params:oauth:grant-type:device_code");
  fields.set("grant_types_supported", texts(grants));
  fields.set("response_types_supported", texts(["code"]));
  fields.set("code_challenge_methods_supported", texts(["S256"]));
  fields.set("token_endpoint_auth_methods_supported", texts(["client_secret_basic", "client_secret_post", "none"]));
  const scopes = provider.get("default_scopes");
  if (scopes instanceof ListValue) fields.set("scopes_supported", handOut(scopes));
  for (const [name, value] of overrides?.entries() ?? []) {
    if (value === null) fields.delete(name);
    else fields.set(name, handOut(value));
  }
  return new DictValue(fields);
}

function texts(items: readonly string[]): ListValue {
  return new ListValue([...items]);
}

function urlOf(provider: DictValue, name: string): string {
  const text = (textOption(provider, name) ?? "").trim();
  if (text === "") throw runtimeError(`oauth dynamic registration: provider.${name} is required`);
  const fault = uriFault(text);
  if (fault !== undefined)
    throw runtimeError(`oauth dynamic registration: provider.${name} is not a valid URI: ${fault}`);
  return text;
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
