import { isJsonArray, isJsonObject, type Json } from "../../eventlog/index.ts";
import { RunRecordError } from "../error.ts";
import type { AllowlistRule } from "./trace.ts";

/** A run with the fields that may differ replaced. Each rule has to say why, and to match something in one of the runs. */
export function withoutAllowed(runs: readonly [Json, Json], rules: readonly AllowlistRule[]): readonly [Json, Json] {
  let [first, second] = runs;
  for (const rule of rules) {
    const segments = segmentsOf(rule);
    const replacement = rule.replacement ?? { $harn_replay_allowlisted: rule.path };
    const changed = [first, second].map((run) => replaced(run, segments, replacement));
    if (changed.every((run) => run === undefined))
      throw new RunRecordError(`allowlist path ${rule.path} did not match any replay field`);
    [first = first, second = second] = changed;
  }
  return [first, second];
}

function segmentsOf({ path, reason }: AllowlistRule): readonly string[] {
  if (path.trim() === "") throw new RunRecordError("allowlist path cannot be empty");
  if (reason.trim() === "")
    throw new RunRecordError(`allowlist path ${path} must explain why the field is nondeterministic`);
  if (path === "/") throw new RunRecordError("allowlist path cannot replace the whole run");
  const quoted = JSON.stringify(path);
  if (!path.startsWith("/")) throw new RunRecordError(`allowlist path ${quoted} must start with '/'`);
  const segments = path.slice(1).split("/");
  if (segments.includes("")) throw new RunRecordError(`allowlist path ${quoted} contains an empty segment`);
  return segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** `undefined` when nothing is there. `*` stands for every element or value. */
function replaced(json: Json | undefined, [segment, ...rest]: readonly string[], replacement: Json): Json | undefined {
  if (json === undefined) return undefined;
  if (segment === undefined) return replacement;
  if (isJsonArray(json)) {
    const places = segment === "*" ? [...json.keys()] : /^(?:0|[1-9]\d*)$/.test(segment) ? [Number(segment)] : [];
    const changed = new Map(places.map((place) => [place, replaced(json[place], rest, replacement)]));
    if ([...changed.values()].every((item) => item === undefined)) return undefined;
    return json.map((item, place) => changed.get(place) ?? item);
  }
  if (!isJsonObject(json)) return undefined;
  const keys = segment === "*" ? Object.keys(json) : Object.hasOwn(json, segment) ? [segment] : [];
  const changed = keys.flatMap((key) => {
    const item = replaced(json[key], rest, replacement);
    return item === undefined ? [] : [[key, item] as const];
  });
  // From entries, because a key may be `__proto__`.
  return changed.length === 0 ? undefined : Object.fromEntries([...Object.entries(json), ...changed]);
}
