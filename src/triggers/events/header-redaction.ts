const secretParts = ["authorization", "cookie", "secret", "signature", "token", "key"];

const harmless = new Set([
  "content-length",
  "content-type",
  "request-id",
  "user-agent",
  "x-a2a-delivery",
  "x-correlation-id",
  "x-github-delivery",
  "x-github-event",
  "x-github-hook-id",
  "x-request-id",
  "x-slack-request-timestamp",
]);

export interface RedactionRules {
  /** Names that stay as they are, in lower case. */
  readonly allowed?: ReadonlySet<string>;
  /** Parts of names that are always hidden, in lower case. */
  readonly denied?: readonly string[];
}

/** Headers of a request as records may show them: what may be a secret is hidden, names stay. */
export function redactHeaders(
  headers: Readonly<Record<string, string>>,
  rules: RedactionRules = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name.toLowerCase(), rules) ? "[redacted]" : value]),
  );
}

function isSecret(name: string, { allowed, denied }: RedactionRules): boolean {
  if (denied?.some((part) => name.includes(part))) return true;
  if (harmless.has(name) || allowed?.has(name)) return false;
  if (name.endsWith("-event") || name.endsWith("-delivery")) return false;
  if (name.includes("timestamp") || name.includes("request-id")) return false;
  return secretParts.some((part) => name.includes(part));
}
