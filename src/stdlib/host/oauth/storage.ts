import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../../builtin/index.ts";
import { type BytesValue, DictValue, type DurationValue, type Int, runtimeError } from "../../../value/index.ts";
import { encodeUtf8 } from "../../utf8.ts";
import { callHost } from "../host-calls.ts";
import { textOption } from "../options.ts";
import { jsonOnly } from "../state/json-only.ts";
import { fileKey } from "./token-file.ts";
import { storeOf, tokenStores } from "./token-stores.ts";

const oauth = declare("oauth");

const cloudScopes = ["session", "org"] as const;
const cloudKinds = cloudScopes.map((scope) => `harn_cloud_${scope}`);
const builtInKinds = ["memory", "file", ...cloudKinds].map((kind) => `\`${kind}\``).join(", ");

type Place = { readonly kind: "memory" | "file" } | { readonly kind: "cloud"; readonly scope: string };

function placeOf(handle: DictValue): Place {
  const kind = textOption(handle, "kind");
  if (kind === undefined)
    throw runtimeError("oauth storage handle is missing `kind` (was the handle built by `oauth/storage`?)");
  if (kind === "memory" || kind === "file") return { kind };
  if (cloudKinds.includes(kind)) {
    const scope = textOption(handle, "scope");
    if (scope === undefined) throw runtimeError("oauth storage cloud handle is missing `scope`");
    return { kind: "cloud", scope };
  }
  throw runtimeError(
    `oauth storage: unsupported backend kind \`${kind}\`. Use \`OAuth.Storage.custom\` for user-supplied storage; built-in kinds are ${builtInKinds}.`,
  );
}

type CloudOperation = "cloud_get" | "cloud_set" | "cloud_delete";

function askCloud(context: CallContext, operation: CloudOperation, params: DictValue): Outcome {
  return context.async(async () => {
    const answer = await callHost(context, "oauth_storage", operation, params);
    return operation === "cloud_get" ? answer : null;
  });
}

function get(context: CallContext, handle: DictValue, key: string): Outcome {
  const place = placeOf(handle);
  if (place.kind === "cloud") return askCloud(context, "cloud_get", DictValue.of({ scope: place.scope, key }));
  const token = storeOf(context, "__oauth_storage_get", handle, place.kind).read().get(key)?.token;
  return token === undefined ? null : jsonOnly(token);
}

type Ttl = Int | DurationValue | null;

function set(context: CallContext, handle: DictValue, key: string, token: DictValue, ttl: Ttl): Outcome {
  const place = placeOf(handle);
  const milliseconds = ttl === null ? undefined : typeof ttl === "object" ? ttl.milliseconds : Number(ttl) * 1000;
  const kept = jsonOnly(token) as DictValue;
  const lifetime = milliseconds === undefined ? {} : { ttlSeconds: Math.ceil(milliseconds / 1000) };
  if (place.kind === "cloud") {
    const asked = { scope: place.scope, key, token: kept };
    const seconds = lifetime.ttlSeconds === undefined ? {} : { ttl_seconds: lifetime.ttlSeconds };
    return askCloud(context, "cloud_set", DictValue.of({ ...asked, ...seconds }));
  }
  const store = storeOf(context, "__oauth_storage_set", handle, place.kind);
  const expiry = milliseconds === undefined ? {} : { expiresAt: context.host.clock.now() + milliseconds };
  // What lives for no time at all is never seen, and hides what was there before.
  const isOver = milliseconds !== undefined && milliseconds <= 0;
  store.update((entries) => {
    if (isOver) entries.delete(key);
    else entries.set(key, { token: kept, ...lifetime, ...expiry });
    return true;
  });
  return null;
}

function remove(context: CallContext, handle: DictValue, key: string): Outcome {
  const place = placeOf(handle);
  if (place.kind === "cloud") return askCloud(context, "cloud_delete", DictValue.of({ scope: place.scope, key }));
  const store = storeOf(context, "__oauth_storage_delete", handle, place.kind);
  store.update((entries) => entries.delete(key));
  return null;
}

function openFile(context: CallContext, path: string, secret: string | BytesValue): DictValue {
  const bytes = typeof secret === "string" ? encodeUtf8(secret) : secret.bytes;
  if (path === "") throw runtimeError("__oauth_storage_file_handle: `path` must not be empty");
  if (bytes.length === 0) throw runtimeError("__oauth_storage_file_handle: `encryption_key` must not be empty");
  return context.service(tokenStores).openFile(path, fileKey(bytes));
}

function openCloud(scope: string): DictValue {
  const known = cloudScopes.find((each) => each === scope);
  if (known === undefined)
    throw runtimeError(`__oauth_storage_cloud_handle: scope must be "session" or "org", got \`${scope}\``);
  const kind = `harn_cloud_${known}`;
  return DictValue.of({ kind, id: kind, scope: known });
}

const handle = req("handle", t.dict);
const key = req("key", t.string);

/** What `std/oauth/storage` stands on. */
export const oauthStorageBuiltins: readonly Builtin[] = [
  oauth({
    name: "__oauth_storage_memory_handle",
    summary: "A store of token sets that ends with the run.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: (context) => context.service(tokenStores).openMemory(),
  }),
  oauth({
    name: "__oauth_storage_file_handle",
    summary: "A store of token sets in an encrypted file. The key is kept by the runtime, not by the handle.",
    params: [req("path", t.string), req("encryption_key", t.union(t.string, t.bytes))],
    returns: t.dict,
    effect: "state",
    run: openFile,
  }),
  oauth({
    name: "__oauth_storage_cloud_handle",
    summary: "A store of token sets that the host keeps, for this session or for its organisation.",
    params: [req("scope", t.string)],
    returns: t.dict,
    effect: "state",
    run: (_context, scope) => openCloud(scope),
  }),
  oauth({
    name: "__oauth_storage_get",
    summary: "The token set under a key, or nil where there is none or its time is over.",
    params: [handle, key],
    returns: t.nilable(t.dict),
    effect: "state",
    run: get,
  }),
  oauth({
    name: "__oauth_storage_set",
    summary: "Keeps a token set under a key, for so many seconds where a number or a duration says so.",
    params: [handle, key, req("token_set", t.dict), opt("ttl_seconds", t.nilable(t.union(t.int, t.duration)))],
    returns: t.nil,
    effect: "state",
    run: (context, store, name, token, ttl) => set(context, store, name, token, ttl ?? null),
  }),
  oauth({
    name: "__oauth_storage_delete",
    summary: "Forgets the token set under a key.",
    params: [handle, key],
    returns: t.nil,
    effect: "state",
    run: remove,
  }),
];
