import { type CallContext, type DatabaseRequest, egressKey, openConnections } from "../../../builtin/index.ts";
import { type DictValue, runtimeError, show, thrown, type Value } from "../../../value/index.ts";
import { attempt, need } from "../faults.ts";
import { asDict, intOf, millisecondsOf } from "../options.ts";
import { type PostgresAddress, parsePostgresUrl, parseTlsMode } from "./address.ts";
import { databaseFailure } from "./failure.ts";
import { PostgresPool } from "./pool.ts";

const defaultConnections = 5;
const defaultAcquireTimeout = 30_000;
const defaultPreparedStatements = 100;

/** A pool as a program is told of it. */
export interface OpenedPool {
  readonly pool: PostgresPool;
  readonly maxConnections: number;
  readonly applicationName: string | undefined;
}

/** Opens a pool and its first connection, so that a wrong address or login shows here. */
export async function openPool(
  context: CallContext,
  builtin: string,
  source: Value,
  options: DictValue | undefined,
  isSingle: boolean,
): Promise<OpenedPool> {
  const address = parsePostgresUrl(connectionUrl(context, source));
  const request = requestOf(context, address, options);
  const maxConnections = isSingle ? 1 : clamped(options, "max_connections", defaultConnections, 1, 10_000);
  const databases = need(context, builtin, "databases");
  context.service(egressKey).check(builtin, placeOf(address));
  const pool = new PostgresPool({
    connect: (signal) => databases.connect({ ...request, signal }),
    clock: context.host.clock,
    maxConnections,
    acquireTimeoutMs: request.connectTimeoutMs,
  });
  try {
    await pool.open(clamped(options, "min_connections", 1, 1, maxConnections), context.signal);
  } catch (error) {
    await pool.close();
    throw databaseFailure("pg_pool: connect failed", error);
  }
  context.service(openConnections).add(pool);
  return { pool, maxConnections, applicationName: filled(options, "application_name") };
}

/** Where the server is, without the login. Sockets of this machine count as `localhost`. */
function placeOf({ host, port }: PostgresAddress): string {
  const name = host.startsWith("/") ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `postgres://${name}:${port}`;
}

function requestOf(context: CallContext, address: PostgresAddress, options: DictValue | undefined): DatabaseRequest {
  const mode = filled(options, "ssl_mode") ?? filled(options, "tls_mode");
  const name = filled(options, "application_name");
  const idle = milliseconds(options, "idle_timeout_ms");
  const life = milliseconds(options, "max_lifetime_ms");
  const { host, port, user, password, database } = address;
  const file = (key: "certificate" | "key" | "rootCertificate", path: string | undefined) =>
    path === undefined ? {} : { [key]: certificateText(context, path) };
  return {
    host,
    port,
    user,
    password,
    database,
    tls: mode === undefined ? (address.tls ?? "prefer") : parseTlsMode(mode),
    ...file("rootCertificate", address.rootCertificatePath),
    ...file("certificate", address.certificatePath),
    ...file("key", address.keyPath),
    settings: { ...address.settings, ...(name === undefined ? {} : { application_name: name }) },
    preparedStatements: clamped(
      options,
      "statement_cache_capacity",
      address.preparedStatements ?? defaultPreparedStatements,
      0,
      100_000,
    ),
    connectTimeoutMs:
      milliseconds(options, "acquire_timeout_ms") ?? milliseconds(options, "timeout_ms") ?? defaultAcquireTimeout,
    ...(idle === undefined ? {} : { idleTimeoutMs: idle }),
    ...(life === undefined ? {} : { maxLifetimeMs: life }),
  };
}

function certificateText(context: CallContext, path: string): string {
  const files = need(context, "pg_pool", "files");
  return attempt(
    "pg_pool",
    (reason) => `pg_pool: cannot read ${path}: ${reason}`,
    () => files.readText(path),
  );
}

function filled(options: DictValue | undefined, key: string): string | undefined {
  const value = options?.get(key);
  const text = value === undefined || value === null ? "" : show(value);
  return text.trim() === "" ? undefined : text;
}

function milliseconds(options: DictValue | undefined, key: string): number | undefined {
  const value = options?.get(key);
  const given =
    value !== null && typeof value === "object" && value.kind === "float" ? value.value : millisecondsOf(value);
  return given === undefined || !(given >= 0) ? undefined : Math.trunc(given);
}

function clamped(options: DictValue | undefined, key: string, fallback: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, intOf(options?.get(key)) ?? fallback));
}

/** The URL itself, `env:NAME`, or a dict that has one of `url` and `env`. */
function connectionUrl(context: CallContext, source: Value): string {
  const fields = asDict(source);
  if (fields !== undefined) return namedUrl(context, fields);
  if (typeof source !== "string") throw runtimeError("pg_pool: connection source must be a string or dict");
  const text = source.trim();
  if (text.startsWith("env:")) return variable(context, text.slice(4));
  if (text.startsWith("secret:")) return secret();
  return text;
}

function namedUrl(context: CallContext, fields: DictValue): string {
  const url = fields.get("url");
  if (url !== undefined) {
    if (typeof url !== "string" || url.trim() === "") throw runtimeError("pg_pool: url must be a non-empty string");
    return url.trim();
  }
  const name = fields.get("env");
  if (name !== undefined) return variable(context, show(name));
  if (fields.has("secret")) return secret();
  throw runtimeError("pg_pool: connection dict must contain url, env, or secret");
}

function variable(context: CallContext, name: string): string {
  const value = need(context, "pg_pool", "environment").get(name.trim());
  if (value === undefined) throw runtimeError(`pg_pool: environment variable \`${name.trim()}\` is not set`);
  return value;
}

/** Secrets are those of a connector. */
function secret(): never {
  throw thrown("secret_get: no active Harn connector context");
}
