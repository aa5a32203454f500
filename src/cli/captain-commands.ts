import type { CommandSpec } from "./arguments/spec.ts";

/** `harn merge-captain`: a persona tried on recorded or made-up pull requests, and what it did judged. */
export const mergeCaptain: CommandSpec = {
  name: "merge-captain",
  summary: "Try the persona that merges pull requests, and judge what it did",
  subcommands: [
    {
      name: "run",
      summary: "Sweep a playground, or what a transcript recorded, and write a receipt",
      positionals: [{ name: "SOURCE", summary: "A playground or scenario; with --backend replay a transcript" }],
      flags: [
        {
          name: "backend",
          value: "KIND",
          summary: "What SOURCE is",
          choices: ["mock", "replay", "live"],
          fallback: "mock",
        },
        { name: "once", summary: "Sweep once, which is the default", conflicts: ["watch"] },
        { name: "watch", summary: "Sweep again and again, --max-sweeps times" },
        { name: "max-sweeps", value: "N", summary: "With --watch: how often", fallback: "1" },
        { name: "watch-backoff-ms", value: "MS", summary: "With --watch: the time between sweeps", fallback: "1000" },
        { name: "model-route", value: "ROUTE", summary: "Named in the receipt" },
        { name: "timeout-tier", value: "TIER", summary: "Named in the receipt" },
        { name: "transcript-out", value: "FILE", summary: "Where the transcript goes, else to the run folder" },
        { name: "receipt-out", value: "FILE", summary: "Where the receipt goes, else to the run folder" },
        { name: "summary-out", value: "FILE", summary: "Where the summary goes, else to a standard stream" },
        { name: "no-stdout", summary: "Keep the transcript out of standard output" },
      ],
      load: () => import("./commands/merge-captain-run.ts"),
    },
    {
      name: "ladder",
      summary: "Sweep under each model route and limit of a ladder, and report where it was right first",
      positionals: [{ name: "MANIFEST", summary: "A ladder, or a pack with one: JSON or TOML", isRequired: true }],
      flags: [
        { name: "report-out", value: "FILE", summary: "Write the report there as well, as JSON" },
        { name: "json", summary: "Print the report as JSON" },
      ],
      load: () => import("./commands/merge-captain-ladder.ts"),
    },
    {
      name: "audit",
      summary: "Judge a transcript: the steps it went through, and what it should not have done",
      positionals: [
        { name: "TRANSCRIPT", summary: "A file of events, or a folder of event_log*.jsonl", isRequired: true },
      ],
      flags: [
        { name: "golden", value: "FILE", summary: "What the scenario expects: steps, budgets, forbidden actions" },
        { name: "strict", summary: "Let warnings fail" },
        { name: "json", summary: "Print the report as JSON" },
      ],
      load: () => import("./commands/merge-captain-audit.ts"),
    },
  ],
};
