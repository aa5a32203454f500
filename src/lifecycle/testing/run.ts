import { readFileSync } from "node:fs";
import type { RunEvent } from "../../eventlog/index.ts";
import { nodeRegexEngine } from "../../host/node/index.ts";
import { memoryHost } from "../../host/testing/index.ts";
import { memoryReader } from "../../modules/index.ts";
import {
  compileProgram,
  type OpenRuntime,
  openRuntime,
  type RunResult,
  runProgram,
  standardCatalog,
} from "../../program/index.ts";
import type { HostBridge } from "../../stdlib/host/index.ts";
import { show } from "../../value/index.ts";
import { FlyingClock } from "../../vm/testing/flying-clock.ts";
import type { Lifecycle } from "../lifecycle.ts";

export interface LifecycleRun {
  readonly lines: readonly string[];
  /** What the run gave, or the text of its error after `error: `. */
  readonly result: string;
  readonly lifecycle: Lifecycle;
  readonly events: readonly RunEvent[];
  /** How far the clock went, in milliseconds. */
  readonly elapsed: number;
}

export interface LifecycleRunOptions {
  /** Before the program starts: sources of unsettled work. */
  readonly prepare?: (lifecycle: Lifecycle, opened: OpenRuntime) => void;
  /** Another program, run after the first on the same runtime. */
  readonly then?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Capabilities of the embedder. */
  readonly bridge?: HostBridge;
}

const libraryFolder = new URL("../../stdlib/lib/", import.meta.url);

function libraryFiles(): Record<string, string> {
  const names = ["lifecycle", "lifecycle/combinators", "hitl", "triggers"];
  return Object.fromEntries(
    names.map((name) => [`<stdlib>/${name}.harn`, readFileSync(new URL(`${name}.harn`, libraryFolder), "utf8")]),
  );
}

/** The time since a fixed day. */
class DatedClock extends FlyingClock {
  override now(): number {
    return 1_700_000_000_000 + super.now();
  }
}

/** Runs a program, or the body of a pipeline, on a host in memory. */
export async function run(text: string, options: LifecycleRunOptions = {}): Promise<LifecycleRun> {
  const clock = new DatedClock();
  let output = "";
  const opened = openRuntime({
    host: { ...memoryHost({ environment: options.environment ?? {} }), clock },
    name: "main.harn",
    library: { regexEngine: nodeRegexEngine(), ...(options.bridge && { bridge: options.bridge }) },
    output: () => {},
  });
  const events: RunEvent[] = [];
  opened.runtime.events.install({
    emit(event) {
      if (event.event_type === "stdout") output += event.payload;
      else events.push(event);
    },
  });
  options.prepare?.(opened.lifecycle, opened);
  const runText = async (program: string, path: string): Promise<string> => {
    const entry = {
      path,
      text: /^\s*(?:pipeline|fn main)\b/m.test(program) ? program : `pipeline main(task) {\n${program}\n}\n`,
    };
    const reader = memoryReader(libraryFiles());
    const compiled = compileProgram(entry, { reader, catalog: standardCatalog });
    if (compiled.hasErrors) throw new Error(JSON.stringify([...compiled.diagnostics, ...compiled.problems], errorOnly));
    return resultText(await runProgram(opened.runtime.machine, compiled));
  };
  let result = await runText(text, "main.harn");
  if (options.then !== undefined) result = await runText(options.then, "second.harn");
  const lines = output.split("\n").slice(0, -1);
  return { lines, result, lifecycle: opened.lifecycle, events, elapsed: clock.monotonic() };
}

function errorOnly(key: string, value: unknown): unknown {
  return key === "source" ? undefined : value;
}

function resultText(result: RunResult): string {
  switch (result.kind) {
    case "value":
      return show(result.value);
    case "exit":
      return `exit ${result.status}`;
    case "error":
      return `error: ${show(result.error.value)}`;
  }
}
