/** What a module needs of the place that it runs in, as far as it says so literally. */
import type { Module } from "../../modules/index.ts";
import { Tree } from "../tree.ts";
import { templateCandidates, templateTargets } from "./assets.ts";
import { folderTargets } from "./folders.ts";
import type { PreflightHost } from "./host.ts";
import { namedCapabilities } from "./host-calls.ts";

/** A template: the path that the program has, and the places where it may be. */
export interface RequiredAsset {
  readonly target: string;
  /** Who renders it. */
  readonly via: string;
  /** None where the path cannot be resolved at all. */
  readonly candidates: readonly string[];
  /** The first that is there. */
  readonly found: string | undefined;
}

export interface Requirements {
  readonly assets: readonly RequiredAsset[];
  readonly executionFolders: readonly string[];
  readonly worktreeRepositories: readonly string[];
  /** `capability.operation`. */
  readonly capabilities: readonly string[];
}

export function requirementsOf(module: Module, host: PreflightHost): Requirements {
  const tree = new Tree(module.program);
  const folders = [...folderTargets(module, tree, host)];
  return {
    assets: [...templateTargets(tree)].map(({ path, via }) => requiredAsset(path, via, module, host)),
    executionFolders: folders.filter(({ kind }) => kind !== "worktree").map(({ place }) => place),
    worktreeRepositories: folders.filter(({ kind }) => kind === "worktree").map(({ place }) => place),
    capabilities: [...namedCapabilities(tree)],
  };
}

function requiredAsset(target: string, via: string, module: Module, host: PreflightHost): RequiredAsset {
  const { reader } = host;
  if (target.startsWith("std/")) {
    const embedded = `std://${target.slice("std/".length)}`;
    const isThere = reader.stdSource(target.slice("std/".length)) !== undefined;
    return { target, via, candidates: [embedded], found: isThere ? embedded : undefined };
  }
  const located = templateCandidates(target, module, host);
  const candidates = "paths" in located ? located.paths : [];
  const found = candidates.find((path) => reader.exists(path) && !reader.isFolder(path));
  return { target, via, candidates, found };
}
