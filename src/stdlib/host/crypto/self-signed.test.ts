import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { nodeAsymmetricCrypto } from "../../../host/node/asymmetric.ts";
import { HostNameError, issueSelfSigned } from "./self-signed.ts";

const now = Date.UTC(2026, 0, 15, 12);

function issue(...hosts: string[]) {
  let seed = 7;
  const fillRandom = (bytes: Uint8Array): void => {
    for (let index = 0; index < bytes.length; index++) bytes[index] = seed = (seed * 37 + 11) % 251;
  };
  return issueSelfSigned({ hosts, now, crypto: nodeAsymmetricCrypto, fillRandom });
}

test("signs itself, for the names and addresses asked for", () => {
  const { certificate, privateKey } = issue("localhost", "127.0.0.1", "::1", "2001:db8::ff:0:1", "dev.test");
  const read = new X509Certificate(certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
  expect(read.subject).toBe(read.issuer);
  expect(read.ca).toBe(false);
  expect(read.checkHost("dev.test")).toBe("dev.test");
  expect(read.checkHost("other.test")).toBeUndefined();
  for (const address of ["127.0.0.1", "::1", "2001:db8::ff:0:1"]) expect(read.checkIP(address)).toBe(address);
});

test("is good from the day before, for less than browsers allow", () => {
  const { validFrom, validTo } = new X509Certificate(issue("localhost").certificate);
  expect(new Date(validFrom).toISOString()).toBe("2026-01-14T12:00:00.000Z");
  expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(397 * 86_400_000);
});

test.each(["spaces here", "dé.test", "tab\there"])("refuses the name %j", (name) => {
  expect(() => issue("localhost", name)).toThrow(HostNameError);
});

test("serves HTTPS to a client that trusts it", async () => {
  const { certificate, privateKey } = issue("localhost", "127.0.0.1");
  const server = createServer({ cert: certificate, key: privateKey }, (_request, response) => response.end("secure"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // Its time is not the machine's: only the name and the signature are looked at.
  const body = await new Promise<string>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, ca: certificate, rejectUnauthorized: false }, (response) => {
      response.setEncoding("utf8").on("data", resolve);
    });
    sent.on("error", reject).end();
  });
  server.close();
  expect(body).toBe("secure");
});
