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

/** What stands in the place of a secret. */
export const redacted = "[redacted]";

function isSensitive(parameter: string): boolean {
  const lower = parameter.toLowerCase();
  return sensitiveParameters.has(lower) || lower.endsWith("_token") || lower.endsWith("_secret");
}

/** The URL without its password and the values of parameters that are likely secrets; unchanged when it has none. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  const pairs = [...url.searchParams];
  const hasSecrets = pairs.some(([name]) => isSensitive(name));
  if (!hasSecrets && url.password === "") return text;
  if (url.password !== "") url.password = "redacted";
  if (hasSecrets) {
    const shown = pairs.map(([name, value]): [string, string] => [name, isSensitive(name) ? redacted : value]);
    url.search = new URLSearchParams(shown).toString();
  }
  return url.href;
}
