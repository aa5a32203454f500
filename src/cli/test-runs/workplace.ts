import { availableParallelism } from "node:os";
import type { Invocation } from "../arguments/invocation.ts";
import type { Workplace } from "./observation.ts";
import { ProcessPool } from "./process-pool.ts";

const mostWorkers = 8;

/** One worker unless more are asked for: `--parallel` for as many as the machine has, `--jobs N` for that many. */
export function workerCount(invocation: Invocation): number {
  const jobs = invocation.count("jobs");
  if (jobs !== undefined) return Math.max(1, jobs);
  return invocation.has("parallel") ? Math.min(mostWorkers, availableParallelism()) : 1;
}

/** Programs under test see the environment of this process with `variables` over it. */
export function openWorkplace(invocation: Invocation, variables: Readonly<Record<string, string>>): Workplace {
  return new ProcessPool({ size: workerCount(invocation), command: process.argv[1] as string, variables });
}
