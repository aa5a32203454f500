import { type CallContext, type Host, HostError } from "../../builtin/index.ts";
import { categorizedError, type Raise, runtimeError, thrown } from "../../value/index.ts";

/** A policy's refusal, where the host itself would not have objected. */
export class Refusal extends HostError {
  /** Paths are refused to a builtin, so its name belongs into the sentence. */
  readonly isAboutPath: boolean;

  constructor(message: string, options: { readonly isAboutPath: boolean }) {
    super("EREFUSED", message);
    this.isAboutPath = options.isAboutPath;
  }
}

/** Most builtins of this room fail as a program would: they throw a plain text. */
export function fail(message: string): Raise {
  return thrown(message);
}

/** What a program sees of a host's failure: a refusal in the words of policies, everything else in the builtin's own. */
export function failureOf(builtin: string, error: unknown, inWords: (reason: string) => string): unknown {
  if (error instanceof Refusal) return refusalOf(builtin, error);
  return error instanceof HostError ? fail(inWords(error.message)) : error;
}

/** Runs one call of the host and translates its failure. */
export function attempt<T>(builtin: string, inWords: (reason: string) => string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw failureOf(builtin, error, inWords);
  }
}

function refusalOf(builtin: string, refusal: Refusal): Raise {
  const subject = refusal.isAboutPath ? `builtin '${builtin}' ` : "";
  return categorizedError("tool_rejected", `HARN-CAP-201: sandbox violation: ${subject}${refusal.message}`);
}

const offers = {
  files: "files",
  environment: "environment variables",
  processes: "processes",
  http: "network access",
  databases: "databases",
  webSockets: "WebSocket connections",
  input: "input",
  terminal: "terminal",
  system: "system facts",
} as const;

/** The part of the host that a builtin needs, or an error that names both. */
export function need<K extends keyof typeof offers>(
  context: CallContext,
  builtin: string,
  part: K,
): NonNullable<Host[K]> {
  const found = context.host[part];
  if (found === undefined) throw runtimeError(`${builtin}: this host offers no ${offers[part]}`);
  return found;
}
