import { sideReportFlags } from "./arguments/side-report-flags.ts";
import type { CommandSpec } from "./arguments/spec.ts";
import { entryCode, runRules } from "./program-flags.ts";

// Apart from the tree of all commands, which a run need not know.

export const run: CommandSpec = {
  name: "run",
  summary: "Run a program",
  positionals: [{ name: "FILE", summary: "The program" }],
  passes: "ARGV",
  flags: [
    entryCode,
    { name: "json", summary: "Print the events of the run as JSON lines" },
    { name: "quiet", summary: "Leave the program's output out of the events", requires: "json" },
    ...runRules,
    { name: "llm-mock-record", value: "FILE", summary: "Record the answers to model calls" },
    {
      name: "profile",
      value: "FILE",
      isValueOptional: true,
      summary: "Show which functions and lines took how long; with FILE also for viewers, as a .cpuprofile",
      environment: "HARN_PROFILE",
    },
    {
      name: "profile-json",
      value: "FILE",
      summary: "Write how much of the time went to models and tools into this file",
      environment: "HARN_PROFILE_JSON",
    },
    ...sideReportFlags,
    { name: "allow-unsigned", summary: "Run a bundle that nobody has signed" },
    { name: "dry-run-verify", summary: "Only verify and unpack a bundle" },
    {
      name: "record",
      summary: "Write down every effect of the run, so that it can be replayed and resumed",
      environment: "HARN_RECORD",
    },
    {
      name: "resume",
      value: "RUN",
      summary: "Go on with a recorded run that was killed",
      conflicts: ["record", "interleaving", "llm-mock", "llm-mock-record", "deny", "allow", "no-sandbox", "read"],
    },
    { name: "at", value: "N", summary: "Start a new run from this event of the recorded one", requires: "resume" },
    {
      name: "in-doubt",
      value: "WHAT",
      summary: "What to do about an effect that may have happened or not when the run was killed",
      choices: ["stop", "repeat", "fail"],
      requires: "resume",
    },
    { name: "current", summary: "The program as its files are now, not as they were", requires: "resume" },
    {
      name: "attest",
      summary: "Leave a signed receipt of what the run did; its events are kept in memory",
      conflicts: ["resume"],
    },
    {
      name: "receipt-out",
      value: "FILE",
      summary: "Where the receipt goes; .harn/receipts/ID.json by default",
      requires: "attest",
    },
    {
      name: "attest-agent",
      value: "ID",
      summary: "In whose name it is signed; harn-cli by default",
      requires: "attest",
    },
  ],
  load: () => import("./commands/run.ts"),
};
