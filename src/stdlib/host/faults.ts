import { type CallContext, type Host, HostError, Refusal } from "../../builtin/index.ts";
import { type Raise, runtimeError, thrown } from "../../value/index.ts";

/** Most builtins of this room fail as a program would: they throw a plain text. */
export function fail(message: string): Raise {
  return thrown(message);
}

/** What a program sees of a host's failure: a refusal in the words of policies, everything else in the builtin's own. */
export function failureOf(builtin: string, error: unknown, inWords: (reason: string) => string): unknown {
  if (error instanceof Refusal) return error.inPolicyWords(builtin);
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
