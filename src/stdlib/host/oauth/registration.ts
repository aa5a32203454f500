import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  req,
  serviceKey,
  t,
} from "../../../builtin/index.ts";
import {
  DictValue,
  encodeBase64,
  ListValue,
  type Raise,
  runtimeError,
  sortTexts,
  type Value,
} from "../../../value/index.ts";
import { asDict, textOption } from "../options.ts";
import { jsonOnly } from "../state/json-only.ts";
import { metadataErrors, withDefaults } from "./client-metadata.ts";
import { authorizationServerMetadata } from "./server-metadata.ts";

const oauth = declare("oauth");
const storeKind = "oauth_dynreg_store";

/** Bytes of chance in a client's id, and in its secret. */
const identifierLength = 32;

/** What the server alone decides: a client that sends these is not believed. */
const issued = ["client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at"];

/** Clients by store and id, without their secrets: those are given away once and kept nowhere. */
const registries = serviceKey<Map<string, Map<string, DictValue>>>("OAuth client registries", () => new Map());

function fault(message: string): Raise {
  return runtimeError(`oauth dynamic registration: ${message}`);
}

function openStore(context: CallContext): DictValue {
  const stores = context.service(registries);
  const id = `dynreg-${stores.size + 1}`;
  stores.set(id, new Map());
  return DictValue.of({ kind: storeKind, id });
}

function clientsOf(context: CallContext, handle: DictValue): Map<string, DictValue> {
  const kind = textOption(handle, "kind");
  if (kind === undefined) throw fault("handle is missing `kind`");
  if (kind !== storeKind) throw fault(`expected store handle kind \`${storeKind}\`, got \`${kind}\``);
  const id = textOption(handle, "id");
  if (id === undefined) throw fault("handle is missing `id`");
  const clients = context.service(registries).get(id);
  if (clients === undefined) throw fault(`store handle \`${id}\` is no longer registered`);
  return clients;
}

function randomIdentifier(context: CallContext): string {
  const bytes = new Uint8Array(identifierLength);
  context.host.random.fill(bytes);
  return encodeBase64(bytes, { isUrlSafe: true, isPadded: false });
}

function register(context: CallContext, handle: DictValue, metadata: DictValue): DictValue {
  const clients = clientsOf(context, handle);
  const errors = metadataErrors(metadata);
  if (errors.length > 0) throw fault(`registration rejected: ${errors.join("; ")}`);
  const described = new Map<string, Value>(withDefaults(asDict(jsonOnly(metadata)) ?? metadata).entries());
  for (const name of issued) described.delete(name);
  const client_id = randomIdentifier(context);
  described.set("client_id", client_id);
  described.set("client_id_issued_at", Math.floor(context.host.clock.now() / 1000));
  // A public client cannot keep a secret, so it gets none (RFC 7591, section 2).
  const hasSecret = described.get("token_endpoint_auth_method") !== "none";
  if (hasSecret) described.set("client_secret_expires_at", 0);
  clients.set(client_id, new DictValue(new Map(described)));
  if (hasSecret) described.set("client_secret", randomIdentifier(context));
  return new DictValue(described);
}

function buildClientMetadata(metadata: DictValue): DictValue {
  const errors = metadataErrors(metadata);
  if (errors.length > 0) throw fault(`invalid client metadata: ${errors.join("; ")}`);
  return withDefaults(metadata);
}

function validate(metadata: DictValue): DictValue {
  const errors = metadataErrors(metadata);
  return DictValue.of({ ok: errors.length === 0, errors: new ListValue(errors) });
}

function find(context: CallContext, handle: DictValue, id: string): Outcome {
  const client = clientsOf(context, handle).get(id);
  return client === undefined ? null : jsonOnly(client);
}

const handle = req("handle", t.dict);
const metadata = req("metadata", t.dict);

/** What `std/oauth/dynamic_registration` stands on (RFC 7591 and RFC 8414). */
export const oauthRegistrationBuiltins: readonly Builtin[] = [
  oauth({
    name: "__oauth_dynreg_validate_metadata",
    summary: "What is wrong with a client's metadata: `{ok, errors}`.",
    params: [metadata],
    returns: t.dict,
    borrows: true,
    run: (_context, given) => validate(given),
  }),
  oauth({
    name: "__oauth_dynreg_build_client_metadata",
    summary: "A client's metadata with the defaults of what it leaves out; an error when something is wrong with it.",
    params: [metadata],
    returns: t.dict,
    run: (_context, given) => buildClientMetadata(given),
  }),
  oauth({
    name: "__oauth_dynreg_build_authorization_server_metadata",
    summary: "What an authorization server says of itself, from a provider's record.",
    params: [req("provider", t.dict), opt("overrides", t.nilable(t.dict))],
    returns: t.dict,
    run: (_context, provider, overrides) => authorizationServerMetadata(provider, overrides ?? undefined),
  }),
  oauth({
    name: "__oauth_dynreg_store_handle",
    summary: "A store of registered clients that ends with the run.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: openStore,
  }),
  oauth({
    name: "__oauth_dynreg_register",
    summary: "Registers a client, and gives its metadata with its new id and, this once, its secret.",
    params: [handle, metadata],
    returns: t.dict,
    effect: "random",
    run: register,
  }),
  oauth({
    name: "__oauth_dynreg_get",
    summary: "What is registered under a client's id, without its secret; nil where nothing is.",
    params: [handle, req("client_id", t.string)],
    returns: t.nilable(t.dict),
    effect: "state",
    run: find,
  }),
  oauth({
    name: "__oauth_dynreg_list",
    summary: "The ids of the registered clients, in order; of no store there are none.",
    params: [handle],
    returns: t.list,
    effect: "state",
    run: (context, store) => {
      const clients = context.service(registries).get(textOption(store, "id") ?? "");
      return new ListValue(sortTexts([...(clients?.keys() ?? [])]));
    },
  }),
];
