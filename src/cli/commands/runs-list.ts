import { loadRunHeading, RunRecordError } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { isFolder, recordServices, recordsIn } from "../run-files.ts";

/** One line for each run record of a folder, newest first. A file that is none is told of, and does not hide the others. */
export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const services = recordServices(cwd);
  const named = invocation.positionals[0];
  const folder = named ?? services.runFolder;
  // A project that has kept no run yet has no folder for them either.
  const paths = named === undefined && !isFolder(folder, cwd) ? [] : recordsIn(folder, cwd);
  const rows = paths.map((path) => {
    try {
      const { finished_at, id, stageCount, started_at, status, task, workflow_id, workflow_name } = loadRunHeading(
        path,
        services,
      );
      return {
        path,
        id,
        workflow: workflow_name ?? workflow_id,
        task,
        status,
        stages: stageCount,
        started_at,
        finished_at,
      };
    } catch (error) {
      if (!(error instanceof RunRecordError)) throw error;
      output.write("stderr", `warning: ${path} is no run record: ${error.message}\n`);
      return undefined;
    }
  });
  const runs = rows
    .filter((row) => row !== undefined)
    .sort((left, right) => (left.started_at < right.started_at ? 1 : left.started_at > right.started_at ? -1 : 0));
  if (runs.length === 0 && !invocation.has("json")) output.write("stderr", `no run records in ${folder}\n`);
  if (invocation.has("json")) output.write("stdout", success({ runs }));
  else
    for (const { id, started_at, status, stages, workflow } of runs)
      output.write("stdout", `${started_at}  ${status}  ${id}  ${workflow}  (${stages} stages)\n`);
  return 0;
}
