import { type Host, settingsFilesOf } from "../../builtin/index.ts";
import { encodeBase64, stringifyJson, type Value } from "../../value/index.ts";
import { ModelFailure, redactSecrets } from "../failure.ts";
import { intAt, isDict, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";

/** An RS256 signature (PKCS #1 v1.5 over SHA-256) with a PEM key. The host gives it. */
export type SignRs256 = (privatePem: string, message: Uint8Array) => Uint8Array;

interface ServiceAccount {
  readonly email: string;
  readonly privateKey: string;
  readonly tokenUrl: string;
  readonly project: string | undefined;
}

const scope = "https://www.googleapis.com/auth/cloud-platform";
const lifetimeS = 3600;
const unpadded = { isUrlSafe: true, isPadded: false };
/** A token is not used in its last minute: the request takes time too. */
const spareMs = 60_000;

/** Tokens of service accounts, by the file of the account. One is asked for when the last is about to end. */
export class GoogleTokens {
  readonly #host: Host;
  readonly #sign: SignRs256 | undefined;
  readonly #tokens = new Map<string, { readonly token: string; readonly endsAtMs: number }>();

  constructor(host: Host, sign: SignRs256 | undefined) {
    this.#host = host;
    this.#sign = sign;
  }

  /** The project that the account belongs to. */
  projectOf(path: string): string | undefined {
    return this.#account(path).project;
  }

  async token(path: string, signal: AbortSignal): Promise<string> {
    const now = this.#host.clock.now();
    const kept = this.#tokens.get(path);
    if (kept !== undefined && now < kept.endsAtMs - spareMs) return kept.token;
    const fresh = await this.#exchange(this.#account(path), now, signal);
    this.#tokens.set(path, fresh);
    return fresh.token;
  }

  #account(path: string): ServiceAccount {
    const files = settingsFilesOf(this.#host);
    if (files === undefined || !files.exists(path)) throw refused(`there is no file ${path}`);
    const parsed = tryParseJson(files.readText(path));
    const email = isDict(parsed) ? textAt(parsed, "client_email") : undefined;
    const privateKey = isDict(parsed) ? textAt(parsed, "private_key") : undefined;
    if (!isDict(parsed) || email === undefined || privateKey === undefined)
      throw refused(`${path} is no service account file: it needs client_email and private_key`);
    return {
      email,
      privateKey,
      tokenUrl: textAt(parsed, "token_uri") ?? "https://oauth2.googleapis.com/token",
      project: textAt(parsed, "project_id"),
    };
  }

  async #exchange(
    account: ServiceAccount,
    now: number,
    signal: AbortSignal,
  ): Promise<{ readonly token: string; readonly endsAtMs: number }> {
    const { http } = this.#host;
    if (http === undefined) throw refused("this host has no network");
    const assertion = this.#assertion(account, Math.floor(now / 1000));
    const body = `grant_type=${encodeURIComponent("urn:ietf:params:oauth:grant-type:jwt-bearer")}&assertion=${assertion}`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await http.send({ method: "POST", url: account.tokenUrl, headers, body, signal });
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
    const answer = tryParseJson(text);
    const token = isDict(answer) ? textAt(answer, "access_token") : undefined;
    if (response.status !== 200 || token === undefined)
      throw refused(`${account.tokenUrl} answered ${response.status}: ${redactSecrets(text).slice(0, 500)}`);
    const seconds = isDict(answer) ? (intAt(answer, "expires_in") ?? lifetimeS) : lifetimeS;
    return { token, endsAtMs: now + seconds * 1000 };
  }

  #assertion({ email, privateKey, tokenUrl }: ServiceAccount, nowS: number): string {
    if (this.#sign === undefined) throw refused("this host cannot sign");
    const claims = record({ iss: email, scope, aud: tokenUrl, iat: nowS, exp: nowS + lifetimeS });
    const message = `${jsonPart(record({ alg: "RS256", typ: "JWT" }))}.${jsonPart(claims)}`;
    try {
      return `${message}.${encodeBase64(this.#sign(privateKey, new TextEncoder().encode(message)), unpadded)}`;
    } catch {
      // What is wrong with a key is not told: the text may hold parts of it.
      throw refused("the private_key of the service account is no RSA key in PEM");
    }
  }
}

function jsonPart(value: Value): string {
  return encodeBase64(new TextEncoder().encode(stringifyJson(value)), unpadded);
}

function refused(message: string): ModelFailure {
  return new ModelFailure({
    kind: "terminal",
    reason: "auth_failure",
    category: "auth",
    message: `vertex: GOOGLE_APPLICATION_CREDENTIALS: ${message}`,
  });
}
