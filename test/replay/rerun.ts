import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { openSession } from "../../src/cli/running/session.ts";
import { nodeModuleReader } from "../../src/host/node/node-module-reader.ts";
import { steadyClock } from "../../src/host/node/testing/steady-clock.ts";
import { type CompiledProgram, compileProgram, runProgram, standardCatalog } from "../../src/program/index.ts";
import { EffectJournal, type ReplayStop } from "../../src/runtime/journal/effect-journal.ts";
import type { JournalEntry, JournalEvent } from "../../src/runtime/journal/entry.ts";
import { journaling } from "../../src/runtime/journal/journaling.ts";
import { Secrets } from "../../src/runtime/journal/secrets.ts";
import { loadYamlReader } from "../../src/stdlib/data/builtins.ts";
import { Source } from "../../src/text/index.ts";
import { show } from "../../src/value/index.ts";

/** What a run showed, and what was written down of it. */
export interface Shown {
  readonly output: string;
  readonly end: string;
  readonly entries: readonly JournalEntry[];
}

export function compile(file: string): CompiledProgram {
  return compileProgram(new Source(file, readFileSync(file, "utf8")), {
    reader: nodeModuleReader(),
    catalog: standardCatalog,
  });
}

/** Runs a program with its effects written down. */
export function record(program: CompiledProgram, cwd: string): Promise<Shown> {
  return perform(program, cwd, undefined);
}

/** Runs it on what was written down, and nothing else. */
export function replay(program: CompiledProgram, cwd: string, past: readonly JournalEntry[]): Promise<Shown> {
  return perform(program, cwd, past);
}

async function perform(
  program: CompiledProgram,
  cwd: string,
  past: readonly JournalEntry[] | undefined,
): Promise<Shown> {
  await loadYamlReader();
  const entries: JournalEntry[] = [];
  const sink = {
    isDurable: true,
    durable: () => Promise.resolve(),
    write(lines: string) {
      for (const line of lines.split("\n").filter((each) => each !== "")) {
        const event = JSON.parse(line) as JournalEvent;
        if (event.kind === "effects") entries.push(...event.entries);
      }
    },
  };
  let stop: (reason: ReplayStop) => void = () => {};
  const stopped = new Promise<ReplayStop>((settle) => {
    stop = settle;
  });
  const journal = new EffectJournal({
    secrets: new Secrets(),
    ...(past === undefined ? { sink } : { past, isWhole: true }),
    defer: setImmediate,
    onStop: stop,
  });
  let output = "";
  const file = program.graph.entry.source.path;
  const mock = file.replace(/\.harn$/, ".llm-mock.jsonl");
  const session = openSession({
    file,
    cwd,
    argv: [],
    isSandboxed: false,
    isEphemeral: true,
    journal: journaling(journal),
    models: existsSync(mock) ? { fixtures: { text: readFileSync(mock, "utf8"), name: basename(mock) } } : {},
    write: (_stream, text) => {
      output += text;
    },
    warn: () => {},
    clock: steadyClock(Date.now()),
  });
  journal.begin();
  const running = runProgram(session.runtime.machine, program, {
    signal: journal.interrupts(AbortSignal.timeout(120_000)),
  });
  running.catch(() => {});
  const end = await Promise.race([
    running.then((result) =>
      result.kind === "error"
        ? `error ${show(result.error.value)}`
        : result.kind === "exit"
          ? `exit ${result.status}`
          : "value",
    ),
    stopped.then((reason) => `stopped ${JSON.stringify(reason)}`),
  ]);
  if (!end.startsWith("stopped")) journal.stop();
  await session.close();
  return { output, end, entries };
}
