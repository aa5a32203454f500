// std/oauth/client against a service on this machine that is as strict as the standards are: PKCE is checked, and a refresh token is good once.
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHarn } from "../../src/index.ts";

/** What the service knows, and what it was asked. */
class Service {
  readonly codes = new Map<string, { readonly challenge: string; readonly redirect: string }>();
  readonly seen: string[] = [];
  access = "";
  refresh = "";
  revoked = "";

  answer(path: string, form: URLSearchParams, headers: IncomingMessage["headers"], response: ServerResponse): void {
    this.seen.push(`${path} ${form.get("grant_type") ?? ""}`.trim());
    if (path === "/me") return this.#me(headers, response);
    if (path === "/revoke") {
      this.revoked = form.get("token") ?? "";
      return void response.end("{}");
    }
    if (form.get("grant_type") === "refresh_token") return this.#refreshed(form, response);
    const code = this.codes.get(form.get("code") ?? "");
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    this.codes.delete(form.get("code") ?? "");
    if (code?.challenge !== challenge || code.redirect !== form.get("redirect_uri")) return refuse(response);
    this.#issue(response);
  }

  #me(headers: IncomingMessage["headers"], response: ServerResponse): void {
    const isKnown = this.access !== "" && headers.authorization === `Bearer ${this.access}`;
    response.statusCode = isKnown ? 200 : 401;
    response.end(isKnown ? "you" : "who?");
  }

  #refreshed(form: URLSearchParams, response: ServerResponse): void {
    if (form.get("refresh_token") !== this.refresh) return refuse(response);
    this.#issue(response);
  }

  #issue(response: ServerResponse): void {
    [this.access, this.refresh] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    const answer = { access_token: this.access, refresh_token: this.refresh, token_type: "bearer", expires_in: 3600 };
    response.end(JSON.stringify(answer));
  }
}

function refuse(response: ServerResponse): void {
  response.statusCode = 400;
  response.end(JSON.stringify({ error: "invalid_grant" }));
}

let service: Service;
let server: Server;
let folder: string;
let address: string;

beforeEach(async () => {
  service = new Service();
  folder = mkdtempSync(join(tmpdir(), "harn-oauth-"));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      service.answer(request.url ?? "", form, request.headers, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

const head = `
import { client, exchange_code, refresh, request, revoke, start_authorization, token } from "std/oauth/client"
import { file } from "std/oauth/storage"

fn connected(address, code_of) {
  let idp = {id: "idp", auth_url: "\${address}/authorize", token_url: "\${address}/token", revoke_url: "\${address}/revoke"}
  let cli = client(idp, {client_id: "me", storage: file("tokens", "key"), redirect_uri: "http://127.0.0.1:1/cb"})
  let pkce = start_authorization(cli)
  exchange_code(cli, pkce, code_of(pkce), pkce.state)
  return cli
}
`;

/** Runs a program that has \`cli\`, a client with a token, and gives what it returns. */
async function run(body: string): Promise<unknown> {
  const harn = createHarn({
    folder,
    isUnconfined: true,
    functions: {
      // The user, who agrees to everything.
      authorize: (url) => {
        const query = new URL(String(url)).searchParams;
        const code = randomUUID();
        const challenge = query.get("code_challenge") ?? "";
        service.codes.set(code, { challenge, redirect: query.get("redirect_uri") ?? "" });
        return code;
      },
      /** Access tokens are good no more. */
      expire: () => {
        service.access = "";
        return null;
      },
      /** Nor are refresh tokens. */
      forget: () => {
        service.refresh = "";
        return null;
      },
    },
  });
  const text = `${head}
pipeline main(task) {
  let cli = connected("${address}", { pkce -> authorize(pkce.url) })
  let me = "${address}/me"
${body}
}`;
  return await harn.run({ path: join(folder, "program.harn"), text });
}

describe("a client of a strict service", () => {
  it("gets a token by its code verifier, and uses it", async () => {
    expect(await run(`return request(cli, "GET", me).body`)).toBe("you");
    expect(service.seen).toEqual(["/token authorization_code", "/me"]);
  });

  it("renews once when many tasks meet a 401 together", async () => {
    const body = `
  expire()
  return parallel each range(8) { n -> request(cli, "GET", me).body }`;
    expect(await run(body)).toEqual(Array.from({ length: 8 }, () => "you"));
    expect(service.seen.filter((line) => line === "/token refresh_token")).toEqual(["/token refresh_token"]);
  });

  it("says that the user has to authorize again when nothing can be renewed", async () => {
    const body = `
  expire()
  forget()
  return unwrap_err(try { request(cli, "GET", me) })`;
    const message = await run(body);
    expect(message).toBe(
      "HARN-OAU-002: std/oauth/client: refresh failed (std/oauth/client: token request failed: invalid_grant)",
    );
  });

  it("keeps its tokens where only the owner can read them, and sealed", async () => {
    await run("return token(cli)");
    expect(statSync(join(folder, "tokens")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "tokens"), "utf8")).not.toContain("access-");
  });

  it("tells the service of what it forgets", async () => {
    expect(await run("revoke(cli)\nreturn cli.current_token()")).toBe(null);
    expect(service.revoked).toBe(service.access);
  });
});
