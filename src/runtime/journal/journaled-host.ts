import {
  type Host,
  type HostClock,
  HostError,
  type HostFiles,
  type HostHttp,
  type HostProcesses,
  type HostRandom,
  type HostSystem,
  type HttpResponse,
  redactUrl,
  type Stop,
  whileLocked,
} from "../../builtin/index.ts";
import type { EffectJournal } from "./effect-journal.ts";
import { journaledDatabases } from "./journaled-databases.ts";
import { journaledWebSockets } from "./journaled-web-sockets.ts";
import { present } from "./present.ts";
import { Secrets } from "./secrets.ts";

const once = { isRepeatable: false } as const;
const repeatable = { isRepeatable: true } as const;

/** The host as a program sees it whose effects are recorded or read back. What the real one lacks, this one lacks. */
export function journaledHost(host: Host, journal: EffectJournal): Host {
  const facts = journal.read("host", [], () => ({
    ports: Object.keys(host).filter((port) => host[port as keyof Host] !== undefined),
    files: host.files && factsOf(host.files),
  }));
  const has = (port: keyof Host): boolean => facts.ports.includes(port);
  const { databases, environment, http, input, processes, system, terminal, webSockets } = host;
  return {
    clock: journaledClock(host.clock, journal),
    random: journaledRandom(host.random, journal),
    ...(has("files") && facts.files && { files: journaledFiles(host.files, facts.files, journal) }),
    ...(has("settingsFiles") &&
      facts.files && { settingsFiles: journaledSettings(host.settingsFiles, facts.files, journal) }),
    ...(has("environment") && {
      environment: {
        get: (name) => variable(journal, name, () => present(environment, "environment").get(name)),
        all: () =>
          journal.read("environment.all", [], () => {
            const all = present(environment, "environment").all();
            for (const [name, value] of Object.entries(all))
              if (Secrets.isSecret(name, value)) journal.secrets.learn(name, value);
            return all;
          }),
      },
    }),
    ...(has("processes") && { processes: journaledProcesses(processes, journal) }),
    ...(has("http") && { http: journaledHttp(http, journal) }),
    ...(has("databases") && { databases: journaledDatabases(databases, journal) }),
    ...(has("input") && {
      input: {
        readLine: (stop) =>
          journal.later("input.readLine", [], () => present(input, "input").readLine(stop), repeatable),
        readAll: () => journal.later("input.readAll", [], () => present(input, "input").readAll(), repeatable),
      },
    }),
    ...(has("terminal") && {
      terminal: {
        isInteractive: (stream) =>
          journal.read("terminal.isInteractive", [stream], () => present(terminal, "terminal").isInteractive(stream)),
        size: () => journal.read("terminal.size", [], () => present(terminal, "terminal").size()),
        readPassword: (prompt, stop) =>
          journal.later("terminal.readPassword", [prompt], () => password(journal, terminal, prompt, stop), repeatable),
        page: (pager, text) =>
          journal.later(
            "terminal.page",
            [pager, text],
            () => present(terminal, "terminal").page(pager, text),
            repeatable,
          ),
      },
    }),
    ...(has("system") && { system: journaledSystem(system, journal) }),
    ...(has("webSockets") && { webSockets: journaledWebSockets(webSockets, journal) }),
  };
}

function variable(journal: EffectJournal, name: string, get: () => string | undefined): string | undefined {
  return journal.read("environment.get", [name], () => {
    const value = get();
    if (value !== undefined && value !== "" && Secrets.isSecret(name, value)) journal.secrets.learn(name, value);
    return value;
  });
}

async function password(
  journal: EffectJournal,
  terminal: Host["terminal"],
  prompt: string,
  stop: Stop | undefined,
): Promise<string | undefined> {
  const typed = await present(terminal, "terminal").readPassword(prompt, stop);
  if (typed !== undefined && typed !== "") journal.secrets.learn("typed", typed);
  return typed;
}

function journaledClock(clock: HostClock, journal: EffectJournal): HostClock {
  const now = (): number => journal.reading("clock.now", () => clock.now());
  return {
    now,
    monotonic: () => journal.reading("clock.monotonic", () => clock.monotonic()),
    schedule(milliseconds, callback) {
      const due = journal.reading("clock.now", () => clock.now()) + milliseconds;
      // A timer of a run that was killed counts the time that the run lay still.
      const arm = (fire: () => void) => clock.schedule(Math.max(0, due - clock.now()), fire);
      return journal.callback("clock.schedule", [milliseconds], callback, arm, due);
    },
  };
}

function journaledRandom(random: HostRandom, journal: EffectJournal): HostRandom {
  return {
    fill(bytes) {
      const drawn = journal.read("random.fill", [bytes.length], () => {
        random.fill(bytes);
        return bytes.slice();
      });
      if (drawn !== bytes) bytes.set(drawn);
    },
  };
}

type FileFacts = Pick<HostFiles, "cwd" | "separator" | "tempFolder" | "homeFolder">;

export function factsOf({ cwd, homeFolder, separator, tempFolder }: HostFiles): FileFacts {
  return { cwd, separator, tempFolder, homeFolder };
}

export function journaledFiles(real: HostFiles | undefined, facts: FileFacts, journal: EffectJournal): HostFiles {
  const files = (): HostFiles => present(real, "files");
  return {
    ...facts,
    resolve: (...parts) => journal.read("files.resolve", parts, () => files().resolve(...parts)),
    readBytes: (path) => journal.read("files.readBytes", [path], () => files().readBytes(path)),
    readText: (path) => journal.read("files.readText", [path], () => files().readText(path)),
    exists: (path) => journal.read("files.exists", [path], () => files().exists(path)),
    stat: (path, followLinks) => journal.read("files.stat", [path, followLinks], () => files().stat(path, followLinks)),
    list: (path) => journal.read("files.list", [path], () => files().list(path)),
    realPath: (path) => journal.read("files.realPath", [path], () => files().realPath(path)),
    writeBytes: (path, bytes) =>
      journal.write("files.writeBytes", [path, bytes], () => files().writeBytes(path, bytes), repeatable),
    writeText: (path, text) =>
      journal.write("files.writeText", [path, text], () => files().writeText(path, text), repeatable),
    writeAtomic: (path, data, options) =>
      journal.write("files.writeAtomic", [path, data], () => files().writeAtomic(path, data, options), repeatable),
    appendText: (path, text) =>
      journal.write("files.appendText", [path, text], () => files().appendText(path, text), once),
    // What is read back from the past happens to no file.
    whileLocked: (path, act) => (journal.isLive ? whileLocked(files(), path, act) : act()),
    makeFolder: (path) => journal.write("files.makeFolder", [path], () => files().makeFolder(path), repeatable),
    remove: (path, options) =>
      journal.write("files.remove", [path, options], () => files().remove(path, options), once),
    rename: (from, to) => journal.write("files.rename", [from, to], () => files().rename(from, to), once),
    copy: (from, to) => journal.write("files.copy", [from, to], () => files().copy(from, to), repeatable),
    makeTempFolder: (prefix) =>
      journal.write("files.makeTempFolder", [prefix], () => files().makeTempFolder(prefix), repeatable),
  };
}

/** Settings are of the user and may hold what opens their accounts: that is kept out of the recording, whatever its form. */
function journaledSettings(real: HostFiles | undefined, facts: FileFacts, journal: EffectJournal): HostFiles {
  const files = (): HostFiles => present(real, "files");
  return {
    ...journaledFiles(real, facts, journal),
    readText: (path) =>
      journal.read("files.readText", [path], () => {
        const text = files().readText(path);
        journal.secrets.learnFrom(text);
        return text;
      }),
  };
}

function journaledProcesses(real: HostProcesses | undefined, journal: EffectJournal): HostProcesses {
  const processes = (): HostProcesses => present(real, "processes");
  return {
    run(request) {
      const { signal: _signal, ...asked } = request;
      return journal.later("processes.run", [asked], () => processes().run(request), once);
    },
    runSync: (request) => journal.write("processes.runSync", [request], () => processes().runSync(request), once),
  };
}

/** Methods that ask and change nothing. */
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

function journaledHttp(real: HostHttp | undefined, journal: EffectJournal): HostHttp {
  return {
    async send(request) {
      const { body, followRedirects, method, url } = request;
      let response: HttpResponse | undefined;
      const head = await journal.later(
        "http.send",
        [method, redactUrl(url), body, followRedirects],
        async () => {
          response = await present(real, "http").send(request);
          return { ...response, body: null };
        },
        { isRepeatable: safeMethods.has(method.toUpperCase()) },
      );
      return { ...head, body: journaledBody(() => response, journal) };
    },
  };
}

async function* journaledBody(
  response: () => HttpResponse | undefined,
  journal: EffectJournal,
): AsyncGenerator<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  const next = async (): Promise<Uint8Array | null> => {
    const open = response();
    if (open === undefined) throw new HostError("ECONNRESET", "the connection ended with the process that held it");
    chunks ??= open.body[Symbol.asyncIterator]();
    const { done, value } = await chunks.next();
    return done === true ? null : value;
  };
  try {
    for (;;) {
      const chunk = await journal.later("http.body", [], next, repeatable);
      if (chunk === null) return;
      yield chunk;
    }
  } finally {
    // Whoever stops reading early gives the connection back.
    await chunks?.return?.();
  }
}

function journaledSystem(real: HostSystem | undefined, journal: EffectJournal): HostSystem {
  const ask = <T>(name: keyof HostSystem, get: (system: HostSystem) => T): T =>
    journal.read(`system.${name}`, [], () => get(present(real, "system")));
  return {
    get platform() {
      return ask("platform", (system) => system.platform);
    },
    get architecture() {
      return ask("architecture", (system) => system.architecture);
    },
    get hostname() {
      return ask("hostname", (system) => system.hostname);
    },
    get username() {
      return ask("username", (system) => system.username);
    },
    get processId() {
      return ask("processId", (system) => system.processId);
    },
    cpuCount: () => ask("cpuCount", (system) => system.cpuCount()),
    cpuModel: () => ask("cpuModel", (system) => system.cpuModel()),
    memory: () => ask("memory", (system) => system.memory()),
  };
}
