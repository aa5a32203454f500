import {
  HostError,
  type HostWebSocket,
  type HostWebSocketServer,
  type HostWebSockets,
  redactUrl,
  type WebSocketUpgrade,
} from "../../builtin/index.ts";
import type { EffectJournal } from "./effect-journal.ts";
import { present } from "./present.ts";

const once = { isRepeatable: false } as const;
const repeatable = { isRepeatable: true } as const;

/** Headers that say who somebody is. */
const credentialHeaders = ["authorization", "proxy-authorization", "cookie", "x-api-key"];

/** Connections, and what comes over them. Those that were open when a run was killed are reported as reset. */
export function journaledWebSockets(real: HostWebSockets | undefined, journal: EffectJournal): HostWebSockets {
  return {
    async connect(request) {
      let socket: HostWebSocket | undefined;
      const connect = async (): Promise<void> => {
        socket = await present(real, "webSockets").connect(request);
      };
      await journal.later("webSockets.connect", [redactUrl(request.url)], connect, repeatable);
      return journaledSocket(() => socket, journal);
    },
    async listen(host, port) {
      let server: HostWebSocketServer | undefined;
      const listen = async (): Promise<string> => {
        server = await present(real, "webSockets").listen(host, port);
        return server.address;
      };
      const address = await journal.later("webSockets.listen", [host, port], listen, repeatable);
      return {
        address,
        accept: () => accepted(() => server, journal),
        close: () => journal.later("webSockets.stop", [], async () => await server?.close(), repeatable),
      };
    },
  };
}

async function accepted(
  server: () => HostWebSocketServer | undefined,
  journal: EffectJournal,
): Promise<WebSocketUpgrade | undefined> {
  let upgrade: WebSocketUpgrade | undefined;
  const accept = async () => {
    upgrade = await open(server()).accept();
    for (const name of credentialHeaders) {
      const value = upgrade?.headers[name];
      if (value !== undefined) journal.secrets.learn(name, value);
    }
    return upgrade === undefined ? null : { path: upgrade.path, headers: upgrade.headers, peer: upgrade.peer };
  };
  const asking = await journal.later("webSockets.accept", [], accept, repeatable);
  if (asking === null) return undefined;
  return {
    ...asking,
    async admit(limits) {
      let socket: HostWebSocket | undefined;
      const admit = async (): Promise<void> => {
        socket = await open(upgrade).admit(limits);
      };
      await journal.later("webSockets.admit", [], admit, repeatable);
      return journaledSocket(() => socket, journal);
    },
    refuse: (status, reason) =>
      journal.later("webSockets.refuse", [status], () => open(upgrade).refuse(status, reason), repeatable),
  };
}

function journaledSocket(socket: () => HostWebSocket | undefined, journal: EffectJournal): HostWebSocket {
  return {
    receive: () => journal.later("webSockets.receive", [], () => open(socket()).receive(), repeatable),
    send: (message) => journal.later("webSockets.send", [message], () => open(socket()).send(message), once),
    close: () => journal.later("webSockets.close", [], async () => await socket()?.close(), repeatable),
  };
}

function open<T>(connection: T | undefined): T {
  if (connection === undefined) throw new HostError("ECONNRESET", "the connection ended with the process that held it");
  return connection;
}
