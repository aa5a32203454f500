import {
  type DatabaseConnection,
  type DatabaseParameter,
  type DatabaseRequest,
  type DatabaseResult,
  type DatabaseStatement,
  type HostDatabases,
  HostError,
} from "../../builtin/index.ts";
import { hostError } from "./errors.ts";
import { requirePackage } from "./lazy-modules.ts";

// The part of the driver that is used here.
type Driver = (options: Readonly<Record<string, unknown>>) => Client;

interface Client {
  unsafe(
    sql: string,
    params: readonly unknown[],
    options: { readonly prepare: boolean; readonly simple: false },
  ): Query;
  typed(value: unknown, type: number): unknown;
  end(options: { readonly timeout: number }): Promise<void>;
}

interface Query {
  raw(): Query;
  cancel(): Promise<void> | null;
  then(onRows: (rows: RawRows) => void, onError: (error: unknown) => void): void;
}

interface RawRows extends ReadonlyArray<readonly (Uint8Array | null)[]> {
  readonly columns?: readonly { readonly name: string; readonly type: number }[];
  readonly count: number | null;
  readonly command?: string;
}

/** Servers reached with the `postgres` package, which is loaded for the first connection. */
export const nodeDatabases: HostDatabases = {
  async connect(request) {
    const driver = requirePackage("postgres") as Driver;
    const connection = new PostgresConnection(driver, request);
    try {
      await connection.run({ sql: "SELECT 1", params: [], continues: false }, request.signal);
      return connection;
    } catch (error) {
      await connection.close();
      throw withoutTls(error, request) ?? error;
    }
  },
};

/** A server that does not speak TLS says so by a letter, after which the driver's attempt is only a broken connection. */
function withoutTls(error: unknown, { tls }: DatabaseRequest): HostError | undefined {
  const isTlsMust = tls !== "disable" && tls !== "prefer";
  if (!isTlsMust || !(error instanceof HostError) || error.code !== "ECONNRESET") return undefined;
  const reason = "the server does not support TLS, or broke the connection off";
  return new HostError("EPROTO", `error occurred while attempting to establish a TLS connection: ${reason}`);
}

/** How long a server has to answer that it stopped a statement, before the connection is given up. */
const cancelTimeoutMs = 5_000;

/** One session. The driver opens it again when it was closed while nothing ran on it. */
class PostgresConnection implements DatabaseConnection {
  readonly #client: Client;
  readonly #prepared = new Set<string>();
  readonly #mostPrepared: number;
  /** The session that the last statement without `continues` ran on is gone. */
  #isLost = false;

  constructor(driver: Driver, request: DatabaseRequest) {
    this.#mostPrepared = request.preparedStatements;
    this.#client = driver({
      ...optionsOf(request),
      onclose: () => {
        this.#isLost = true;
        this.#prepared.clear();
      },
    });
  }

  async run({ sql, params, continues }: DatabaseStatement, signal?: AbortSignal): Promise<DatabaseResult> {
    signal?.throwIfAborted();
    if (!continues) this.#isLost = false;
    else if (this.#isLost) throw new HostError("ECONNRESET", "the connection was lost within the transaction");
    const options = { prepare: this.#mayPrepare(sql, params), simple: false } as const;
    const query = this.#client
      .unsafe(
        sql,
        params.map((param) => this.#bound(param)),
        options,
      )
      .raw();
    const onAbort = (): void => this.#stop(query);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return resultOf(await new Promise<RawRows>((resolve, reject) => query.then(resolve, reject)));
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : driverError(error);
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 0 });
  }

  /** The server stops the statement; when it cannot be asked or does not answer, the connection goes. */
  #stop(query: Query): void {
    const giveUp = (): void => void this.close();
    const timer = setTimeout(giveUp, cancelTimeoutMs);
    const done = (): void => clearTimeout(timer);
    query.then(done, done);
    query.cancel()?.catch(giveUp);
  }

  /** Distinct texts are without number, and what is prepared stays with the server: those that come late are not. */
  #mayPrepare(sql: string, params: readonly DatabaseParameter[]): boolean {
    const key = `${params.map(({ type }) => type)} ${sql}`;
    if (this.#prepared.has(key)) return true;
    if (this.#prepared.size >= this.#mostPrepared) return false;
    this.#prepared.add(key);
    return true;
  }

  #bound({ type, text, arrayText }: DatabaseParameter): unknown {
    if (text === null) return null;
    return this.#client.typed(arrayText === undefined ? text : new Items(text, arrayText), type);
  }
}

/** Items of a list: an array where the server expects one, else JSON. */
class Items {
  readonly json: string;
  readonly arrayText: string;

  constructor(json: string, arrayText: string) {
    this.json = json;
    this.arrayText = arrayText;
  }

  toString(): string {
    return this.json;
  }
}

/** Types for which the driver has forms of its own; ours are the texts that the core made. */
const drivenTypes = [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1082, 1114, 1184, 3802];
const arrayTypes = [
  143, 199, 651, 775, 1000, 1001, 1002, 1003, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1028, 1040, 1041, 1115,
  1182, 1183, 1185, 1187, 1231, 1270, 1561, 1563, 2951, 3807,
];

const forms = {
  texts: { to: 25, from: drivenTypes, serialize: String, parse: String },
  arrays: {
    to: 1009,
    from: arrayTypes,
    serialize: (value: unknown): string => (value instanceof Items ? value.arrayText : String(value)),
    parse: String,
  },
};

function optionsOf(request: DatabaseRequest): Record<string, unknown> {
  const { database, host, password, port, user } = request;
  const seconds = (milliseconds: number | undefined): number | null =>
    milliseconds === undefined ? null : Math.max(0.001, milliseconds / 1000);
  return {
    host,
    port,
    ...(host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : {}),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ssl: tlsOf(request),
    max: 1,
    connect_timeout: seconds(request.connectTimeoutMs),
    idle_timeout: seconds(request.idleTimeoutMs),
    max_lifetime: seconds(request.maxLifetimeMs),
    prepare: true,
    fetch_types: false,
    types: forms,
    // Texts of times do not depend on how the server is set up.
    connection: { application_name: "harn", ...request.settings, DateStyle: "ISO, MDY", TimeZone: "UTC" },
    onnotice: () => {},
  };
}

function tlsOf({ certificate, host, key, rootCertificate, tls }: DatabaseRequest): unknown {
  if (tls === "disable" || host.startsWith("/")) return false;
  if (tls === "prefer" && certificate === undefined) return "prefer";
  return {
    rejectUnauthorized: tls === "verify-ca" || tls === "verify-full",
    ...(tls === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
    ...(rootCertificate === undefined ? {} : { ca: rootCertificate }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

function resultOf(rows: RawRows): DatabaseResult {
  const text = (cell: Uint8Array | null): string | null =>
    cell === null ? null : Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("utf8");
  return {
    columns: (rows.columns ?? []).map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) => row.map(text)),
    affected: rows.count ?? 0,
    command: rows.command ?? "",
  };
}

/** Errors of the server keep their SQLSTATE. The driver's own carry the text of the statement and its values: those are left behind. */
function driverError(error: unknown): HostError {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const known = typeof code === "string" ? connectionErrors[code] : undefined;
  if (known !== undefined) return new HostError(known.code, known.message);
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && "severity" in (error as object))
    return new HostError(code, String(message).replace(/prepared statement "[^"]*"/, "the statement"));
  const { code: cause, message: reason } = hostError(error);
  return new HostError(cause, reason);
}

const connectionErrors: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  CONNECTION_CLOSED: { code: "ECONNRESET", message: "the server closed the connection" },
  CONNECTION_DESTROYED: { code: "ECONNRESET", message: "the connection was closed" },
  CONNECTION_ENDED: { code: "ECONNRESET", message: "the connection was closed" },
  CONNECT_TIMEOUT: { code: "ETIMEDOUT", message: "Connection timed out" },
};
