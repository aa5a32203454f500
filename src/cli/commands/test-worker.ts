import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { TestJob } from "../test-runs/observation.ts";
import { performJob } from "../test-runs/perform.ts";

/** The other end of a `ProcessPool`: serves jobs until its parent is gone. */
export function execute(_invocation: Invocation): Promise<number> {
  if (process.send === undefined) throw new UsageError("test-worker serves `harn test` and does nothing on its own");
  return new Promise((resolve) => {
    process.on("message", (job: TestJob) => {
      void performJob(job).then((observation) => process.send?.(observation));
    });
    process.once("disconnect", () => resolve(0));
    process.send?.("ready");
  });
}
