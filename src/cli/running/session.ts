import { dirname } from "node:path";
import type { Host } from "../../builtin/index.ts";
import { ActiveLog, activeLogKey, MemoryEventLog } from "../../eventlog/index.ts";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { createNodeHost, nodeRegexEngine } from "../../host/node/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { restrictFiles, restrictProcesses } from "../../host/sandbox.ts";
import { createLlmService, llmService } from "../../llm/index.ts";
import { findManifest } from "../../modules/index.ts";
import { createEffectBoundary } from "../../runtime/effects.ts";
import { Runtime } from "../../runtime/runtime.ts";
import { createHostServices } from "../../stdlib/host/index.ts";
import { ListValue } from "../../value/index.ts";
import type { StandardStream } from "../output.ts";
import { catalog } from "./catalog.ts";

export interface SessionOptions {
  /** The program's file; absent for code from the command line. */
  readonly file?: string;
  readonly cwd: string;
  readonly arguments: readonly string[];
  readonly isSandboxed: boolean;
  readonly denied?: ReadonlySet<string>;
  readonly fixtures?: { readonly text: string; readonly name: string };
  readonly recordsFixtures?: boolean;
  readonly write: (stream: StandardStream, text: string) => void;
}

/** A runtime on this machine, for one program. */
export function openSession(options: SessionOptions): Runtime {
  const base = createNodeHost({ cwd: options.cwd });
  const place = createHostServices(options.isSandboxed ? sandboxed(base, options) : base, {
    regexEngine: nodeRegexEngine(),
    asymmetricCrypto: nodeAsymmetricCrypto,
    requiresEgressPolicy: options.isSandboxed,
    place: { sourceFolder: options.file === undefined ? undefined : dirname(options.file), assetRoot: () => undefined },
  });
  const { host } = place;
  const log = new ActiveLog({ now: () => host.clock.now(), onOpenFailure: () => {} });
  log.install(new MemoryEventLog({ now: () => host.clock.now(), queueDepth: 128 }));
  const llm = createLlmService({
    host,
    ...(options.fixtures === undefined ? {} : { fixtures: options.fixtures }),
    recordsFixtures: options.recordsFixtures ?? false,
  });
  const services = new Map<string, unknown>([...place.services].map(([key, service]) => [key.name, service]));
  services.set(activeLogKey.name, log).set(llmService.name, llm);
  return new Runtime({
    host,
    catalog,
    boundary: createEffectBoundary({ now: () => host.clock.now(), ...(options.denied && { denied: options.denied }) }),
    services,
    globals: new Map([
      ["argv", new ListValue([...options.arguments])],
      ["harness", place.harness],
    ]),
    output: options.write,
  });
}

/** Files and processes confined to the project: the folder with its manifest, else the working directory. */
function sandboxed(host: Required<Host>, { file, cwd }: SessionOptions): Required<Host> {
  const manifest = findManifest(file === undefined ? cwd : dirname(file), nodeModuleReader({ cwd }));
  const roots = [manifest === undefined ? cwd : dirname(manifest.path)];
  return {
    ...host,
    files: restrictFiles(host.files, { roots }),
    processes: restrictProcesses(host.processes, host.files, { roots }),
  };
}
