import type { FlagSpec } from "./spec.ts";

/** What `harn run` can tell about a run beside its output, in this order. */
export const sideReportNames = ["summary", "phase", "rusage"] as const;

export type SideReportName = (typeof sideReportNames)[number];

const subjects: Readonly<Record<SideReportName, string>> = {
  summary: "how the run came out and what its models were asked",
  phase: "how long each phase of the run took",
  rusage: "how much of the processor the run used",
};

export const sideReportFlags: readonly FlagSpec[] = sideReportNames.flatMap((name) => [
  { name: `emit-${name}-json`, summary: `Write a line of JSON that tells ${subjects[name]}, to standard error` },
  {
    name: `${name}-file`,
    value: "FILE",
    summary: "Write that line into this file",
    requires: `emit-${name}-json`,
    conflicts: [`${name}-fd`],
  },
  { name: `${name}-fd`, value: "FD", summary: "Write it to this open descriptor", requires: `emit-${name}-json` },
]);
