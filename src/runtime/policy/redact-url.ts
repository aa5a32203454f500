const sensitiveNames = new Set([
  "api_key",
  "apikey",
  "access_token",
  "refresh_token",
  "id_token",
  "client_secret",
  "password",
  "secret",
  "token",
]);

/** The URL with the values of query parameters that are likely secrets replaced, for logs and messages. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  const pairs = [...parsed.searchParams];
  if (!pairs.some(([name]) => isSensitive(name))) return url;
  const redacted = pairs.map(([name, value]): [string, string] => [name, isSensitive(name) ? "[redacted]" : value]);
  parsed.search = new URLSearchParams(redacted).toString();
  return parsed.toString();
}

function isSensitive(name: string): boolean {
  const lower = name.toLowerCase();
  return sensitiveNames.has(lower) || lower.endsWith("_token") || lower.endsWith("_secret");
}
