import { standardCatalog } from "../../program/catalog.ts";
import { deniedBuiltins } from "../../runtime/index.ts";
import type { SessionOptions } from "./session.ts";

/** What a run may do and who answers its models, as data: a recording keeps it. */
export interface RunRules {
  readonly isSandboxed: boolean;
  readonly readable: readonly string[];
  readonly skillFolders?: readonly string[];
  /** Names of builtins, separated by commas. */
  readonly deny?: string;
  readonly allow?: string;
  /** Seed of the order in which ready tasks run. */
  readonly interleaving?: number;
  readonly fixtures?: { readonly text: string; readonly name: string };
}

type Rules = Pick<SessionOptions, "isSandboxed" | "readable" | "skillFolders" | "denied" | "models" | "interleaving">;

export function sessionRules(
  { allow, deny, fixtures, interleaving, isSandboxed, readable, skillFolders }: RunRules,
  recordsFixtures: boolean,
): Rules {
  // Only where they are asked for: the names of all builtins are read from an index that most runs never open.
  const names = (): Iterable<string> => standardCatalog.builtins.keys();
  return {
    isSandboxed,
    readable,
    ...(skillFolders && { skillFolders }),
    ...(interleaving !== undefined && { interleaving }),
    ...(deny !== undefined && { denied: deniedBuiltins({ deny }, names()) }),
    ...(allow !== undefined && { denied: deniedBuiltins({ allow }, names()) }),
    ...((fixtures !== undefined || recordsFixtures) && { models: { ...(fixtures && { fixtures }), recordsFixtures } }),
  };
}
