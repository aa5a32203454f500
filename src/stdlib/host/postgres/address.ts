import type { DatabaseRequest, DatabaseTls } from "../../../builtin/index.ts";
import { type Raise, runtimeError } from "../../../value/index.ts";

/** Where a server is and how to log in, as a connection URL says it. The files that it names are not read yet. */
export interface PostgresAddress
  extends Pick<DatabaseRequest, "host" | "port" | "user" | "password" | "database" | "settings"> {
  readonly tls: DatabaseTls | undefined;
  readonly preparedStatements: number | undefined;
  readonly rootCertificatePath: string | undefined;
  readonly certificatePath: string | undefined;
  readonly keyPath: string | undefined;
}

const defaultPort = 5432;

/** No text of these errors quotes the URL: it may hold a password. */
function invalid(reason: string): Raise {
  return runtimeError(`pg_pool: invalid Postgres URL/options: error with configuration: ${reason}`);
}

const tlsModes: Readonly<Record<string, DatabaseTls>> = {
  disable: "disable",
  disabled: "disable",
  prefer: "prefer",
  allow: "prefer",
  require: "require",
  required: "require",
  "verify-ca": "verify-ca",
  verify_ca: "verify-ca",
  "verify-full": "verify-full",
  verify_full: "verify-full",
};

export function parseTlsMode(mode: string): DatabaseTls {
  const found = tlsModes[mode.trim().toLowerCase()];
  if (found === undefined) throw runtimeError(`pg_pool: unsupported ssl_mode \`${mode.trim().toLowerCase()}\``);
  return found;
}

/** `postgres://user:password@host:port/database?name=value`; a host that is a path is the folder of a Unix socket. */
export function parsePostgresUrl(text: string): PostgresAddress {
  const url = parsed(text);
  const options = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const take = (...names: readonly string[]): string | undefined => {
    let found: string | undefined;
    for (const name of names) {
      found ??= options.get(name) || undefined;
      options.delete(name);
    }
    return found;
  };
  const tls = take("sslmode", "ssl-mode");
  const prepared = take("statement-cache-capacity");
  return {
    host: take("hostaddr", "host") ?? (decoded(url.hostname).replace(/^\[|\]$/g, "") || "localhost"),
    port: portOf(take("port") ?? url.port),
    user: take("user") ?? (decoded(url.username) || undefined),
    password: take("password") ?? (decoded(url.password) || undefined),
    database: take("dbname") ?? (decoded(url.pathname.slice(1)) || undefined),
    tls: tls === undefined ? undefined : parseTlsMode(tls),
    preparedStatements: prepared === undefined ? undefined : countOf(prepared),
    rootCertificatePath: take("sslrootcert", "ssl-root-cert", "ssl-ca"),
    certificatePath: take("sslcert", "ssl-cert"),
    keyPath: take("sslkey", "ssl-key"),
    settings: Object.fromEntries(options),
  };
}

function parsed(text: string): URL {
  if (!URL.canParse(text))
    throw invalid(/^[a-z][a-z0-9+.-]*:/i.test(text) ? "invalid URL" : "relative URL without a base");
  const url = new URL(text);
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:")
    throw invalid(`the scheme must be postgres or postgresql, not ${url.protocol.slice(0, -1)}`);
  return url;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid("invalid percent-encoding");
  }
}

function portOf(text: string): number {
  if (text === "") return defaultPort;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw invalid("invalid port number");
  return port;
}

function countOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalid("invalid statement-cache-capacity");
  return Number(text);
}
