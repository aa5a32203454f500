import type { FlagSpec } from "./arguments/spec.ts";

/** What a program is and what it may do, for the commands that run one. */
export const entryCode: FlagSpec = {
  name: "eval",
  short: "e",
  value: "CODE",
  summary: "Run this code instead of a file",
};
export const runRules: readonly FlagSpec[] = [
  {
    name: "deny",
    value: "NAMES",
    summary: "Builtins the program may not call, separated by commas",
    conflicts: ["allow"],
  },
  { name: "allow", value: "NAMES", summary: "The only builtins it may call, beside the harmless ones" },
  { name: "no-sandbox", summary: "Lift the limits on files, processes and network" },
  {
    name: "read",
    value: "DIR",
    summary: "A folder outside of the project that may be read as well",
    isRepeatable: true,
    conflicts: ["no-sandbox"],
  },
  {
    name: "skill-dir",
    value: "DIR",
    summary: "A folder of skills that comes before all others",
    isRepeatable: true,
  },
  {
    name: "llm-mock",
    value: "FILE",
    summary: "Answer model calls from this recording",
    conflicts: ["llm-mock-record"],
  },
  {
    name: "interleaving",
    value: "SEED",
    summary: "Run ready tasks in the order that this number decides, to find races",
  },
];
