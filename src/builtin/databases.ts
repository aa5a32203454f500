/** Postgres servers. What a host lacks a driver for, it leaves out. */
export interface HostDatabases {
  /** Resolves when the server has accepted the login. Failures are `HostError`s that name no password. */
  connect(request: DatabaseRequest): Promise<DatabaseConnection>;
}

export type DatabaseTls = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

export interface DatabaseRequest {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: DatabaseTls;
  /** PEM texts. */
  readonly rootCertificate?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Settings of the session: `application_name`, `search_path` … */
  readonly settings: Readonly<Record<string, string>>;
  /** How many statements the server keeps prepared for the connection. */
  readonly preparedStatements: number;
  readonly connectTimeoutMs: number;
  /** A connection that was idle, or lived, this long is closed; the next statement opens it again. */
  readonly idleTimeoutMs?: number;
  readonly maxLifetimeMs?: number;
  readonly signal?: AbortSignal;
}

/** A session of a server. It runs one statement at a time. */
export interface DatabaseConnection {
  /**
   * Parameters travel beside the text, never in it. An error of the server is a `HostError` whose code is its SQLSTATE; the
   * signal has the server cancel the statement.
   */
  run(statement: DatabaseStatement, signal?: AbortSignal): Promise<DatabaseResult>;
  close(): Promise<void>;
}

export interface DatabaseStatement {
  readonly sql: string;
  readonly params: readonly DatabaseParameter[];
  /** It belongs to what an earlier statement began: without that very session it must not run. */
  readonly continues: boolean;
}

export interface DatabaseParameter {
  /** Object id of its type; 0 lets the server say which one it expects. */
  readonly type: number;
  /** In the server's text form; nil is null. */
  readonly text: string | null;
  /** The form that stands in for `text` where the server expects an array. */
  readonly arrayText?: string;
}

export interface DatabaseResult {
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  /** In the server's text form. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows that were changed or given. */
  readonly affected: number;
  /** `SELECT`, `COMMIT` …, as the server tells what it did. */
  readonly command: string;
}
