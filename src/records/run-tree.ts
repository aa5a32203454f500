import { loadRunRecord } from "./record-files.ts";
import type { RecordServices } from "./services.ts";
import type { ChildRunRecord } from "./shapes/child-run.ts";
import type { RunRecord } from "./shapes/run-record.ts";

/** A run with the runs of its workers. A child whose record is not there stands as its worker's description. */
export type RunTree =
  | { readonly kind: "run"; readonly run: RunRecord; readonly children: readonly RunTree[] }
  | { readonly kind: "missing"; readonly worker: ChildRunRecord };

export function loadRunTree(path: string, services: RecordServices): RunTree {
  return loadTree(path, services, new Set());
}

/** A record that names one of its own ancestors as a child ends there. */
function loadTree(path: string, services: RecordServices, ancestors: ReadonlySet<string>): RunTree {
  const run = loadRunRecord(path, services);
  const inside = new Set([...ancestors, services.files.resolve(path)]);
  const children = run.child_runs.map((worker): RunTree => {
    const childPath = worker.run_path;
    const isReadable =
      childPath !== null && !inside.has(services.files.resolve(childPath)) && services.files.exists(childPath);
    return isReadable ? loadTree(childPath, services, inside) : { kind: "missing", worker };
  });
  return { kind: "run", run, children };
}
