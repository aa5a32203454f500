import { type Builtin, type CallContext, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, show, type Value } from "../../../value/index.ts";
import { asymmetricCrypto } from "../crypto/asymmetric.ts";
import { HostNameError, issueSelfSigned } from "../crypto/self-signed.ts";
import { fail, need } from "../faults.ts";
import { flagOption, intOption, textOption } from "../options.ts";
import { joinPath } from "../path-text.ts";

const server = declare("http-server");

const year = 31_536_000;

function config(
  mode: string,
  scheme: string,
  terminates: boolean,
  hsts: boolean,
  extra: Record<string, Value> = {},
): DictValue {
  return DictValue.of({ mode, scheme, terminate_tls: terminates, hsts, ...extra });
}

/** How long, and for what, browsers are to insist on HTTPS. */
function hstsOf(options: DictValue | undefined): Record<string, Value> {
  return {
    hsts_max_age_seconds: Math.max(0, intOption(options, "hsts_max_age_seconds") ?? year),
    hsts_include_subdomains: flagOption(options, "hsts_include_subdomains") ?? false,
    hsts_preload: flagOption(options, "hsts_preload") ?? false,
  };
}

function strictTransport(tls: DictValue): DictValue {
  if (flagOption(tls, "hsts") !== true) return new DictValue();
  const parts = [
    `max-age=${intOption(tls, "hsts_max_age_seconds") ?? year}`,
    ...(flagOption(tls, "hsts_include_subdomains") === true ? ["includeSubDomains"] : []),
    ...(flagOption(tls, "hsts_preload") === true ? ["preload"] : []),
  ];
  return DictValue.of({ "strict-transport-security": parts.join("; ") });
}

function hostsOf(given: ListValue | string | undefined): readonly string[] {
  const hosts = given === undefined ? ["localhost", "127.0.0.1"] : typeof given === "string" ? [given] : texts(given);
  if (hosts.length === 0) throw fail("http_server_tls_self_signed_dev: host list must not be empty");
  const trimmed = hosts.map((host) => host.trim());
  if (trimmed.includes("")) throw fail("http_server_tls_self_signed_dev: host name must be non-empty");
  return trimmed;
}

function texts(list: ListValue): readonly string[] {
  return list.view().map((item) => show(item));
}

function selfSigned(context: CallContext, given: ListValue | string | undefined): DictValue {
  const hosts = hostsOf(given);
  const { clock, random } = context.host;
  const crypto = context.service(asymmetricCrypto);
  try {
    const issued = issueSelfSigned({ hosts, now: clock.now(), crypto, fillRandom: (bytes) => random.fill(bytes) });
    return config("self_signed_dev", "https", true, false, {
      hosts: new ListValue([...hosts]),
      cert_pem: issued.certificate,
      key_pem: issued.privateKey,
    });
  } catch (error) {
    if (!(error instanceof HostNameError)) throw error;
    throw fail(`http_server_tls_self_signed_dev: failed to generate certificate: ${error.message}`);
  }
}

export const httpServerTlsBuiltins: readonly Builtin[] = [
  server({
    name: "http_server_tls_plain",
    summary: "A server without TLS.",
    params: [],
    returns: t.dict,
    run: () => config("plain", "http", false, false),
  }),
  server({
    name: "http_server_tls_edge",
    summary: "A server behind something that ends TLS for it.",
    params: [opt("options", t.dict)],
    returns: t.dict,
    run: (_context, options) => config("edge", "https", false, flagOption(options, "hsts") ?? true, hstsOf(options)),
  }),
  server({
    name: "http_server_tls_pem",
    summary: "A server with a certificate and a key of its own, in PEM files.",
    params: [req("cert_path", t.string), req("key_path", t.string)],
    returns: t.dict,
    effect: "fs.read",
    run(context, certificate, key) {
      const files = need(context, "http_server_tls_pem", "files");
      for (const [what, path] of [
        ["certificate", certificate],
        ["private key", key],
      ] as const) {
        if (!files.exists(joinPath(files.cwd, path))) throw fail(`http_server_tls_pem: ${what} not found: ${path}`);
      }
      return config("pem", "https", true, true, { cert_path: certificate, key_path: key });
    },
  }),
  server({
    name: "http_server_tls_self_signed_dev",
    summary:
      "A server for tests on this machine: a new certificate that signs itself, for these names and addresses (`localhost` and `127.0.0.1`), good for 396 days. Without HSTS.",
    params: [opt("hosts", t.union(t.list, t.string))],
    returns: t.dict,
    effect: "random",
    run: selfSigned,
  }),
  server({
    name: "http_server_security_headers",
    summary: "The headers that a server's answers should have, by how it does TLS.",
    params: [req("tls_config", t.dict)],
    returns: t.dict,
    examples: [["http_server_security_headers(http_server_tls_plain())", "{}"]],
    run: (_context, tls) => (textOption(tls, "mode") === "self_signed_dev" ? new DictValue() : strictTransport(tls)),
  }),
];
