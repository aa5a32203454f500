import { isDict, isList, itemsAt, list, record, textsAt } from "../../llm/fields.ts";
import { type DictValue, type Raise, runtimeError, typeName, type Value } from "../../value/index.ts";
import { contains } from "../permissions/dynamic-permissions.ts";
import { readReminder, withReminder } from "../reminders/reminder.ts";
import type { AgentService } from "../service.ts";
import { type MountMode, mountModes, type WorkspaceAnchor } from "../sessions/workspace.ts";
import type { CalledTool } from "./dispatch.ts";

/** Keeps the paths in calls of tools within the folders of the session that calls. */
export interface PathScopeGuard {
  /** Arguments that hold a path, or a list of paths. */
  readonly keys: readonly string[];
  /** How mounted folders have to be mounted to count. */
  readonly modes: readonly MountMode[];
  /** Whether a call with another path is refused; otherwise the model is told, and the call goes on. */
  readonly denies: boolean;
}

const usualKeys = ["path", "destination", "source", "file", "filepath", "file_path", "target"];
const writableModes: readonly MountMode[] = ["extend", "sandboxed"];
const options = ["arg_keys", "on_violation", "mount_modes", "enabled"];

function fail(problem: string): Raise {
  return runtimeError(`register_path_scope_guard: ${problem}`);
}

/** Reads the options of `register_path_scope_guard`; nothing when they switch it off. */
export function readPathScopeGuard(given: DictValue | undefined): PathScopeGuard | undefined {
  const unknown = given?.keys().find((key) => !options.includes(key));
  if (unknown !== undefined) throw fail(`unknown option key '${unknown}' (expected one of: ${options.join(", ")})`);
  const violation = given?.get("on_violation") ?? "deny";
  if (typeof violation !== "string") throw fail(`\`on_violation\` must be a string, got ${typeName(violation)}`);
  if (violation !== "deny" && violation !== "reminder")
    throw fail(`\`on_violation\` must be 'deny' or 'reminder', got '${violation}'`);
  const keys = texts(given, "arg_keys") ?? usualKeys;
  const modes = texts(given, "mount_modes")?.map(modeOf) ?? writableModes;
  return given?.get("enabled") === false ? undefined : { keys, modes, denies: violation === "deny" };
}

function texts(given: DictValue | undefined, key: string): readonly string[] | undefined {
  const value = given?.get(key) ?? null;
  if (value === null) return undefined;
  if (!isList(value)) throw fail(`\`${key}\` must be a list, got ${typeName(value)}`);
  return value.toArray().map((item) => {
    if (typeof item !== "string") throw fail(`${key} entries must be strings, got ${typeName(item)}`);
    return item;
  });
}

function modeOf(word: string): MountMode {
  const mode = mountModes.find((known) => known === word);
  if (mode === undefined) throw fail(`unknown mount mode '${word}'; expected one of: ${mountModes.join(", ")}`);
  return mode;
}

function pathsIn(args: Value, keys: readonly string[]): readonly string[] {
  if (!isDict(args)) return [];
  return keys.flatMap((key) => {
    const value = args.get(key);
    if (typeof value === "string") return [value];
    return itemsAt(args, key) === undefined ? [] : (textsAt(args, key) ?? []);
  });
}

/** What is wrong with the first path outside of the folders; undefined when there is none. */
function outsideOf(guard: PathScopeGuard, anchor: WorkspaceAnchor, args: Value): PathViolation | undefined {
  const roots = anchor.additionalRoots.filter(({ mountMode }) => guard.modes.includes(mountMode));
  const folders = [anchor.primary, ...roots.map((root) => root.path)];
  const path = pathsIn(args, guard.keys).find((each) => !folders.some((folder) => contains(folder, each)));
  if (path === undefined) return undefined;
  if (!path.startsWith("/")) {
    const problem = `path '${path}' is invalid for anchor ${anchor.primary}: workspace-relative path escapes the workspace root`;
    return { path, problem };
  }
  const mounted = anchor.additionalRoots.map((root) => `${root.path} [${root.mountMode}]`).join(", ");
  const mounts = mounted === "" ? "" : ` (mounted roots: ${mounted})`;
  return { path, problem: `path '${path}' is outside anchor ${anchor.primary}${mounts}` };
}

interface PathViolation {
  readonly path: string;
  readonly problem: string;
}

/** What a model is told of a call that leaves its folders. */
function scopeAlert(tool: string, { problem }: PathViolation, anchor: WorkspaceAnchor): string {
  const mounted = anchor.additionalRoots.map((root) => `  - ${root.path} (mount_mode: ${root.mountMode})`);
  return [
    "<scope-alert>",
    `The call of '${tool}' leaves the folders of this session: ${problem}.`,
    "",
    `Current anchor: ${anchor.primary}`,
    ...(mounted.length === 0 ? [] : ["Mounted roots:", ...mounted]),
    "",
    "To work there, one of these is needed:",
    "  - add_root: mount the folder in this session, `agent_session_add_root(session_id, root, {mount_mode})`",
    "  - reanchor: move the session there, `agent_session_reanchor(session_id, new_anchor)`",
    "  - fork: start an agent of its own there, `spawn_agent({anchor: new_anchor, ...})`",
    "Choose one, or ask the user to.",
    "</scope-alert>",
  ].join("\n");
}

/**
 * Why a call is refused, if it is, because a path in it leaves the folders of the session at work. The session's model is told either way, once
 * and before its next answer. A session without an anchor has no folders to leave.
 */
export function leavesScope(service: AgentService, taskId: string, call: CalledTool): string | undefined {
  const guard = service.pathScopeGuard;
  const session = guard && service.sessions.get(service.currentSession(taskId) ?? "");
  const anchor = session?.workspaceAnchor;
  const violation = guard && anchor && outsideOf(guard, anchor, call.arguments);
  if (guard === undefined || session === undefined || anchor === undefined || violation === undefined) return undefined;
  const body = scopeAlert(call.name, violation, anchor);
  const options = record({
    body,
    tags: list(["scope_alert"]),
    ttl_turns: 2,
    dedupe_key: `path_scope.${violation.path}`,
  });
  const reminder = readReminder("register_path_scope_guard", options, { newId: service.newId, source: "hook" });
  session.events = withReminder(session.events, reminder).events;
  return guard.denies ? `[path_scope_violation] ${violation.problem}` : undefined;
}
