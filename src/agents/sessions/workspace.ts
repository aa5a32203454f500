import { dictAt, isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, type ListValue, thrown, typeError, type Value } from "../../value/index.ts";

export const mountModes = ["read_only", "extend", "sandboxed"] as const;
export type MountMode = (typeof mountModes)[number];

/** A folder that a session may work in beside its own. */
export interface MountedRoot {
  readonly path: string;
  readonly mountMode: MountMode;
  readonly mountedAt: string;
}

/** Where a session works. */
export interface WorkspaceAnchor {
  readonly primary: string;
  readonly anchoredAt: string;
  readonly additionalRoots: readonly MountedRoot[];
}

export interface WorkspacePolicy {
  /** For folders that are mounted without a word on how. */
  readonly defaultMountMode: MountMode;
}

export const defaultWorkspacePolicy: WorkspacePolicy = { defaultMountMode: "read_only" };

const anchorType = "{primary: string, additional_roots?: list, anchored_at?: string}";

export function readMountMode(builtin: string, word: string): MountMode {
  const mode = mountModes.find((known) => known === word);
  if (mode === undefined)
    throw thrown(`${builtin}: unknown mount mode '${word}'; expected one of: ${mountModes.join(", ")}`);
  return mode;
}

export function readPolicy(builtin: string, given: DictValue): WorkspacePolicy {
  const word = textAt(given, "default_mount_mode");
  return word === undefined ? defaultWorkspacePolicy : { defaultMountMode: readMountMode(builtin, word) };
}

/** What was given as an anchor; `at` is the time of what carries none. */
export function readAnchor(
  builtin: string,
  parameter: string,
  given: DictValue,
  policy: WorkspacePolicy,
  at: string,
): WorkspaceAnchor {
  const primary = textAt(given, "primary");
  if (primary === undefined) throw typeError(`'${builtin}' parameter \`${parameter}\` expects ${anchorType}, got dict`);
  if (primary.trim() === "") throw thrown(`${builtin}: workspace_anchor.primary must be a non-empty string`);
  const roots = itemsAt(given, "additional_roots") ?? [];
  return {
    primary,
    anchoredAt: textAt(given, "anchored_at") ?? at,
    additionalRoots: roots.map((root) => readRoot(builtin, root, policy, at)),
  };
}

function readRoot(builtin: string, given: Value, policy: WorkspacePolicy, at: string): MountedRoot {
  const root = isDict(given) ? given : undefined;
  const path = textAt(root, "path");
  if (path === undefined) throw thrown(`${builtin}: workspace_anchor.additional_roots[*].path is required`);
  const word = textAt(root, "mount_mode");
  return {
    path,
    mountMode: word === undefined ? policy.defaultMountMode : readMountMode(builtin, word),
    mountedAt: textAt(root, "mounted_at") ?? at,
  };
}

/** The options of `agent_session_open`; `undefined` for what it leaves as it is. */
export function readWorkspaceOptions(
  builtin: string,
  options: DictValue | undefined,
  present: WorkspacePolicy,
  at: string,
): { readonly anchor: WorkspaceAnchor | undefined; readonly policy: WorkspacePolicy | undefined } {
  const givenPolicy = dictAt(options, "workspace_policy");
  const policy = givenPolicy === undefined ? undefined : readPolicy(builtin, givenPolicy);
  const givenAnchor = dictAt(options, "workspace_anchor");
  const anchor =
    givenAnchor === undefined ? undefined : readAnchor(builtin, "opts", givenAnchor, policy ?? present, at);
  return { anchor, policy };
}

/** Whether both are the same places, whenever they were set. */
export function isSameAnchor(a: WorkspaceAnchor, b: WorkspaceAnchor): boolean {
  return (
    a.primary === b.primary &&
    a.additionalRoots.length === b.additionalRoots.length &&
    a.additionalRoots.every((root, at) => {
      const other = b.additionalRoots[at];
      return root.path === other?.path && root.mountMode === other.mountMode;
    })
  );
}

/** The anchor with the root mounted, in the place of one that was there. */
export function withRoot(anchor: WorkspaceAnchor, root: MountedRoot): WorkspaceAnchor {
  const at = anchor.additionalRoots.findIndex(({ path }) => path === root.path);
  const additionalRoots = [...anchor.additionalRoots];
  additionalRoots.splice(at < 0 ? additionalRoots.length : at, at < 0 ? 0 : 1, root);
  return { ...anchor, additionalRoots };
}

export function withoutRoot(anchor: WorkspaceAnchor, path: string): WorkspaceAnchor {
  return { ...anchor, additionalRoots: anchor.additionalRoots.filter((root) => root.path !== path) };
}

export function anchorDict(anchor: WorkspaceAnchor): DictValue {
  return record({
    additional_roots: rootList(anchor),
    anchored_at: anchor.anchoredAt,
    primary: anchor.primary,
  });
}

export function rootList(anchor: WorkspaceAnchor): ListValue {
  return list(
    anchor.additionalRoots.map(({ path, mountMode, mountedAt }) =>
      record({ mount_mode: mountMode, mounted_at: mountedAt, path }),
    ),
  );
}

export function policyDict(policy: WorkspacePolicy): DictValue {
  return record({ default_mount_mode: policy.defaultMountMode });
}
