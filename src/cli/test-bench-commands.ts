// `harn test-bench` with its subcommands, as data.
import type { CommandSpec, FlagSpec } from "./arguments/spec.ts";

const program = { name: "FILE", summary: "The program", isRequired: true } as const;

const startAt: FlagSpec = {
  name: "start-at",
  value: "MS",
  summary: "Where the clock stands, in Unix milliseconds; the beginning of 2026 when absent",
};
const overlay: FlagSpec = {
  name: "fs-overlay",
  value: "DIR",
  summary: "Keep in memory what the program writes; it reads what is there",
};
const fixture: FlagSpec = {
  name: "llm-fixture",
  value: "FILE",
  summary: "Answer model calls from this recording",
  conflicts: ["llm-record"],
};
const emitTape: FlagSpec = {
  name: "emit-tape",
  value: "FILE",
  summary: "Write what the program read of time, files, processes and models, event by event",
};
const annotationsFile = { name: "ANNOTATIONS", summary: "The file of annotations", isRequired: true } as const;

export const testBench: CommandSpec = {
  name: "test-bench",
  summary: "Run a program with time, files, processes, models and network under control",
  subcommands: [
    {
      name: "run",
      summary: "Run a program under a test bench",
      positionals: [program],
      passes: "ARGV",
      flags: [
        startAt,
        {
          name: "clock",
          value: "MODE",
          summary: "Whether time stands still until the program waits",
          choices: ["paused", "real"],
          fallback: "paused",
        },
        fixture,
        { name: "llm-record", value: "FILE", summary: "Keep the answers to model calls, for --llm-fixture" },
        overlay,
        {
          name: "process-replay",
          value: "FILE",
          summary: "Answer processes from what --process-record wrote, and start none",
          conflicts: ["process-record"],
        },
        { name: "process-record", value: "FILE", summary: "Keep what processes wrote and how they ended" },
        {
          name: "network",
          value: "MODE",
          summary: "Whether requests may leave",
          choices: ["deny", "real"],
          fallback: "deny",
        },
        {
          name: "allow-host",
          value: "HOST",
          summary: "A host or network that may be reached although the network is denied",
          isRepeatable: true,
        },
        { name: "emit-diff", value: "FILE", summary: "Write what the overlay holds at the end as a diff" },
        emitTape,
        {
          name: "runtime",
          value: "MODE",
          summary: "Accepted for the sake of scripts: programs always run on one thread, in an order that repeats",
          choices: ["paused-tokio", "des"],
          fallback: "paused-tokio",
        },
      ],
      load: () => import("./commands/test-bench-run.ts"),
    },
    {
      name: "replay",
      summary: "Run a program on the processes of an earlier run, which it has to ask for as it did then",
      positionals: [program],
      passes: "ARGV",
      flags: [
        { name: "process-tape", value: "FILE", summary: "What --process-record wrote" },
        startAt,
        fixture,
        overlay,
        emitTape,
        { name: "annotations", value: "FILE", summary: "Show these annotations beside their events" },
      ],
      load: () => import("./commands/test-bench-replay.ts"),
    },
    {
      name: "fidelity",
      summary: "Say how far two tapes agree, or a tape and a program that runs again on it",
      positionals: [
        { name: "PRIMARY", summary: "The recorded tape; with --against the program", isRequired: true },
        { name: "REPLAY", summary: "The tape to compare it with" },
      ],
      passes: "ARGV",
      flags: [
        { name: "against", value: "TAPE", summary: "Run the program again on this tape, and compare" },
        {
          name: "mode",
          value: "MODE",
          summary: "What has to agree: everything, all but how long things took, what was left, what the program did",
          choices: ["byte-identical", "semantic", "outcome", "phase-aware"],
          fallback: "byte-identical",
        },
        { name: "report", value: "FILE", summary: "Write the report into this file instead of printing it" },
        overlay,
        startAt,
      ],
      load: () => import("./commands/test-bench-fidelity.ts"),
    },
    {
      name: "validate-annotations",
      summary: "Hold annotations against the tape they are for",
      positionals: [annotationsFile],
      flags: [
        { name: "tape", value: "FILE", summary: "The tape" },
        { name: "report", value: "FILE", summary: "Write the report into this file instead of printing it" },
      ],
      load: () => import("./commands/test-bench-validate-annotations.ts"),
    },
    {
      name: "export-annotations",
      summary: "Print annotations, one a line",
      positionals: [annotationsFile],
      flags: [
        { name: "kind", value: "KIND", summary: "Only those of this kind", isRepeatable: true },
        {
          name: "format",
          value: "FORMAT",
          summary: "As they are, or as events of friction",
          choices: ["jsonl", "friction"],
          fallback: "jsonl",
        },
        { name: "output", value: "FILE", summary: "Write them into this file instead" },
      ],
      load: () => import("./commands/test-bench-export-annotations.ts"),
    },
  ],
};
