import type { Host, HostClock } from "../../builtin/index.ts";
import { systemClock } from "./clock.ts";
import { nodeEnvironment } from "./environment.ts";
import { nodeFiles } from "./files.ts";
import { nodeHttp } from "./http.ts";
import { StreamInput } from "./input.ts";
import { nodeDatabases } from "./postgres.ts";
import { nodeProcesses } from "./processes.ts";
import { systemRandom } from "./random.ts";
import { nodeSystem } from "./system.ts";
import { nodeTerminal } from "./terminal.ts";
import { nodeWebSockets } from "./web-sockets.ts";

export interface NodeHostOptions {
  /** What relative paths and new processes start from; the process's own working directory otherwise. */
  readonly cwd?: string;
  /** The machine's own unless there is another. */
  readonly clock?: HostClock;
}

/** Everything that this machine offers, unrestricted: policies stand in front of it (`host/sandbox.ts`). */
export function createNodeHost(options: NodeHostOptions = {}): Required<Host> {
  const cwd = options.cwd ?? process.cwd();
  const files = nodeFiles(cwd);
  const input = new StreamInput(() => process.stdin);
  return {
    clock: options.clock ?? systemClock,
    random: systemRandom,
    files,
    settingsFiles: files,
    environment: nodeEnvironment(),
    processes: nodeProcesses(cwd),
    http: nodeHttp,
    databases: nodeDatabases,
    webSockets: nodeWebSockets,
    input,
    terminal: nodeTerminal(input),
    system: nodeSystem,
  };
}

export { nodeRegexEngine } from "./regex-engine.ts";
