// External synchrony: a program does not wait for the disk when it appends, and nobody outside sees what a crash could undo.
//
// X1. Whatever changes the outside, or asks it something, begins when every append that preceded it is durable: requests,
//     processes, changes of files, questions to whoever sits at the terminal. What only looks at this machine does not wait.
// X2. While nothing is pending, a call goes straight through.
// X3. What has to answer at once has the log synced at once; what is answered later shares a sync with all others who wait.
// X4. When the log cannot keep what preceded, the call is not made, and fails.
// X5. This stands right before the host, below recordings and mocks: the builtins that append and ask many times within one call
//     are served as those that do so once, and how long a disk takes is no part of a run that is played again.

import {
  type Host,
  type HostDatabases,
  HostError,
  type HostFiles,
  type HostHttp,
  type HostInput,
  type HostProcesses,
  type HostTerminal,
  type HostWebSocket,
  type HostWebSockets,
  type WebSocketUpgrade,
  whileLocked,
} from "../builtin/index.ts";
import type { ActiveLog } from "../eventlog/index.ts";
import { messageOf } from "../text/index.ts";

/** What the outside waits for. */
export type AppendGate = Pick<ActiveLog, "isDurable" | "durable" | "durableNow">;

/** The same host, whose every visible effect comes after all appends that preceded it. */
export function durableHost(host: Host, gate: AppendGate): Host {
  const { databases, files, http, input, processes, terminal, webSockets } = host;
  return {
    ...host,
    ...(databases && { databases: durableDatabases(databases, gate) }),
    ...(files && { files: durableFiles(files, gate) }),
    ...(http && { http: durableHttp(http, gate) }),
    ...(input && { input: durableInput(input, gate) }),
    ...(processes && { processes: durableProcesses(processes, gate) }),
    ...(terminal && { terminal: durableTerminal(terminal, gate) }),
    ...(webSockets && { webSockets: durableWebSockets(webSockets, gate) }),
  };
}

/** Makes `act` begin after all that is pending. */
export function afterAppends<T>(gate: AppendGate, act: () => Promise<T>): Promise<T> {
  if (gate.isDurable) return act();
  return gate.durable().then(act, (cause: unknown) => Promise.reject(lost(cause)));
}

/** The same for what answers at once. */
export function rightAfterAppends<T>(gate: AppendGate, act: () => T): T {
  if (!gate.isDurable) {
    try {
      gate.durableNow();
    } catch (cause) {
      throw lost(cause);
    }
  }
  return act();
}

function lost(cause: unknown): HostError {
  const reason = messageOf(cause);
  return new HostError("EIO", `not done, because events that precede it could not be kept: ${reason}`, { cause });
}

function durableHttp(http: HostHttp, gate: AppendGate): HostHttp {
  return { send: (request) => afterAppends(gate, () => http.send(request)) };
}

function durableDatabases(databases: HostDatabases, gate: AppendGate): HostDatabases {
  return {
    async connect(request) {
      const connection = await afterAppends(gate, () => databases.connect(request));
      return {
        run: (statement, signal) => afterAppends(gate, () => connection.run(statement, signal)),
        close: () => connection.close(),
      };
    },
  };
}

function durableWebSockets(webSockets: HostWebSockets, gate: AppendGate): HostWebSockets {
  const durable = (socket: HostWebSocket): HostWebSocket => ({
    receive: () => socket.receive(),
    send: (message) => afterAppends(gate, () => socket.send(message)),
    close: () => afterAppends(gate, () => socket.close()),
  });
  const upgrade = (asking: WebSocketUpgrade): WebSocketUpgrade => ({
    path: asking.path,
    headers: asking.headers,
    peer: asking.peer,
    admit: async (limits) => durable(await afterAppends(gate, () => asking.admit(limits))),
    refuse: (status, reason) => afterAppends(gate, () => asking.refuse(status, reason)),
  });
  return {
    connect: async (request) => durable(await afterAppends(gate, () => webSockets.connect(request))),
    async listen(host, port) {
      const server = await afterAppends(gate, () => webSockets.listen(host, port));
      return {
        address: server.address,
        async accept() {
          const asking = await server.accept();
          return asking === undefined ? undefined : upgrade(asking);
        },
        close: () => server.close(),
      };
    },
  };
}

function durableProcesses(processes: HostProcesses, gate: AppendGate): HostProcesses {
  return {
    run: (request) => afterAppends(gate, () => processes.run(request)),
    runSync: (request) => rightAfterAppends(gate, () => processes.runSync(request)),
  };
}

/** Whoever answers a question has seen it, and what stands above it. */
function durableInput(input: HostInput, gate: AppendGate): HostInput {
  return {
    readLine: (stop) => afterAppends(gate, () => input.readLine(stop)),
    readAll: () => afterAppends(gate, () => input.readAll()),
  };
}

function durableTerminal(terminal: HostTerminal, gate: AppendGate): HostTerminal {
  return {
    isInteractive: (stream) => terminal.isInteractive(stream),
    size: () => terminal.size(),
    readPassword: (prompt, stop) => afterAppends(gate, () => terminal.readPassword(prompt, stop)),
    page: (pager, text) => afterAppends(gate, () => terminal.page(pager, text)),
  };
}

function durableFiles(files: HostFiles, gate: AppendGate): HostFiles {
  const change = <T>(act: () => T): T => rightAfterAppends(gate, act);
  return {
    cwd: files.cwd,
    separator: files.separator,
    get tempFolder() {
      return files.tempFolder;
    },
    get homeFolder() {
      return files.homeFolder;
    },
    resolve: (...parts) => files.resolve(...parts),
    readBytes: (path) => files.readBytes(path),
    readText: (path) => files.readText(path),
    exists: (path) => files.exists(path),
    stat: (path, followLinks) => files.stat(path, followLinks),
    list: (path) => files.list(path),
    realPath: (path) => files.realPath(path),
    writeBytes: (path, bytes) => change(() => files.writeBytes(path, bytes)),
    writeText: (path, text) => change(() => files.writeText(path, text)),
    writeAtomic: (path, data, options) => change(() => files.writeAtomic(path, data, options)),
    appendText: (path, text) => change(() => files.appendText(path, text)),
    // What is done within waits by itself.
    whileLocked: (path, act) => whileLocked(files, path, act),
    makeFolder: (path) => change(() => files.makeFolder(path)),
    remove: (path, options) => change(() => files.remove(path, options)),
    rename: (from, to) => change(() => files.rename(from, to)),
    copy: (from, to) => change(() => files.copy(from, to)),
    makeTempFolder: (prefix) => change(() => files.makeTempFolder(prefix)),
  };
}
