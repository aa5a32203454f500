import type { RunReport } from "../running/report.ts";

/** A report of a run that counts the run's events, and shows the program's output or not. */
export function watchedReport(
  report: RunReport,
  { showsOutput }: { readonly showsOutput: boolean },
): { readonly report: RunReport; readonly eventCount: () => number } {
  let count = 0;
  const watched: RunReport = {
    ...report,
    attach: (session) => {
      session.runtime.events.install({
        emit: (event) => {
          count++;
          const isOutput = event.event_type === "stdout" || event.event_type === "stderr";
          if (isOutput && showsOutput) session.write(event.event_type, event.payload);
        },
      });
    },
  };
  return { report: watched, eventCount: () => count };
}
