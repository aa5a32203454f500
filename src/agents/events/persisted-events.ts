import type { HostFiles } from "../../builtin/index.ts";
import { messageOf } from "../../text/index.ts";
import { type PersistedAgentEvent, parsePersistedEvent } from "./envelope.ts";
import { AgentEventError } from "./shapes/shape.ts";

/** The events in a file of the JSONL sink, or in all such files of a folder, in the order of their indices. */
export function readPersistedEvents(files: HostFiles, path: string): readonly PersistedAgentEvent[] {
  const events = filesOf(files, path).flatMap((file) => readFile(files, file));
  return events.sort((a, b) => a.index - b.index);
}

function filesOf(files: HostFiles, path: string): readonly string[] {
  let isFolder: boolean;
  try {
    isFolder = files.stat(path, true).kind === "directory";
  } catch (error) {
    throw new AgentEventError(`failed to stat transcript ${path}: ${messageOf(error)}`);
  }
  if (!isFolder) return [path];
  const names = files
    .list(path)
    .map((entry) => entry.name)
    .filter((name) => name.startsWith("event_log") && name.endsWith(".jsonl"))
    .sort();
  if (names.length === 0) throw new AgentEventError(`no event_log*.jsonl files under ${path}`);
  return names.map((name) => files.resolve(path, name));
}

function readFile(files: HostFiles, path: string): PersistedAgentEvent[] {
  const events: PersistedAgentEvent[] = [];
  for (const [index, line] of files.readText(path).split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      events.push(parsePersistedEvent(line));
    } catch (error) {
      const place = `failed to parse line ${index + 1} of ${path} as PersistedAgentEvent`;
      throw new AgentEventError(`${place}: ${messageOf(error)}`);
    }
  }
  return events;
}
