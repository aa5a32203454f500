const sensitiveHeaders = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "api-key",
  "x-auth-token",
  "x-csrf-token",
  "x-xsrf-token",
]);

const sensitiveParameters = new Set([
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

export const redacted = "[redacted]";

export function isSensitiveHeader(name: string): boolean {
  return sensitiveHeaders.has(name.toLowerCase());
}

function isSensitiveParameter(name: string): boolean {
  const lower = name.toLowerCase();
  return sensitiveParameters.has(lower) || lower.endsWith("_token") || lower.endsWith("_secret");
}

/** The URL with the values of parameters that carry secrets taken out; unchanged when there are none. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  const pairs = [...url.searchParams];
  const hasSecrets = pairs.some(([name]) => isSensitiveParameter(name));
  if (!hasSecrets && url.password === "") return text;
  if (url.password !== "") url.password = "redacted";
  if (hasSecrets) {
    url.search = new URLSearchParams(
      pairs.map(([name, value]): [string, string] => [name, isSensitiveParameter(name) ? redacted : value]),
    ).toString();
  }
  return url.href;
}
