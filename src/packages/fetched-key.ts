import { messageOf } from "../text/index.ts";

const longestPem = 65_536;
const timeoutMs = 20_000;

/** A key could not be had from an address. */
export class KeyFetchError extends Error {
  override readonly name = "KeyFetchError";
  /** What the server answered, if it did. */
  readonly status: number | undefined;

  constructor(url: string, why: string, status?: number) {
    super(`cannot fetch ${url}: ${why}`);
    this.status = status;
  }
}

/** A public key in PEM, from a server. */
export async function fetchKey(url: string): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    text = await response.text();
  } catch (error) {
    throw new KeyFetchError(url, messageOf(error));
  }
  if (!response.ok) throw new KeyFetchError(url, `HTTP ${response.status}`, response.status);
  return text.slice(0, longestPem);
}
