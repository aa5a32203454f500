import { type CallContext, serviceKey } from "../../builtin/index.ts";
import { need } from "./faults.ts";
import { folderOf, joinPath } from "./path-text.ts";

/** Where the program is: what source-relative paths start from, and how a project names its folders of assets. */
export interface ProgramPlace {
  /** Folder of the entry file; the working folder when there is none. */
  readonly sourceFolder: string | undefined;
  /** The folder of an `[asset_roots]` entry in the project's `harn.toml`. */
  assetRoot(projectRoot: string, alias: string): string | undefined;
}

export const programPlace = serviceKey<ProgramPlace>("program place");

/** The folder of the file whose code is running, as far as the machine tells, otherwise of the entry file. */
export function sourceFolder(context: CallContext, builtin: string): string {
  const { callerPath: caller } = context;
  const files = need(context, builtin, "files");
  if (caller !== undefined && !caller.startsWith("<")) return files.resolve(joinPath(files.cwd, folderOf(caller)));
  return context.service(programPlace).sourceFolder ?? files.cwd;
}

/** The nearest folder from `start` upwards that holds a `harn.toml`. */
export function findProjectRoot(context: CallContext, builtin: string, start: string): string | undefined {
  const files = need(context, builtin, "files");
  for (let folder = files.resolve(start); ; ) {
    if (isThere(() => files.exists(joinPath(folder, "harn.toml")))) return folder;
    const parent = files.resolve(folder, "..");
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** Above a sandbox's folders nothing can be seen, and so nothing is there. */
function isThere(ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return false;
  }
}
