import type { Json, JsonObject } from "../eventlog/index.ts";
import { RunRecordError } from "./error.ts";
import { readWhole, ShapeError } from "./schema/codec.ts";
import { handoffRoutes } from "./shapes/handoff-route.ts";

/** The manifest that a program stands under, and what it says of routes. */
export interface RouteManifest {
  readonly path: string;
  readonly routes: Json;
}

/** The `[[handoff_routes]]` of a manifest, complete, or refused by the place of what is wrong. */
export function readHandoffRoutes({ path, routes }: RouteManifest): readonly JsonObject[] {
  const known = new Set<string>();
  return decoded(path, routes).map((given, index) => {
    const at = `${path}: handoff_routes[${index}]`;
    const id = blankAsNull(given.id);
    const route = {
      ...given,
      id,
      kind: filled(given.kind, `${at}.kind`),
      from: filled(given.from, `${at}.from`),
      route: given.route.map((target, step) => ({
        ...target,
        when: blankAsNull(target.when),
        target: checkedTarget(target.target, `${at}.route[${step}].target`),
      })),
    };
    if (route.route.length === 0) throw new RunRecordError(`${at}.route requires at least one target`);
    if (id !== null && known.has(id)) throw new RunRecordError(`${path}: duplicate handoff route id '${id}'`);
    if (id !== null) known.add(id);
    return route;
  });
}

function decoded(path: string, routes: Json) {
  try {
    return readWhole(handoffRoutes, routes);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new RunRecordError(`${path}: handoff_routes${error.path}: ${error.detail}`, { cause: error });
  }
}

function checkedTarget(given: string, at: string): string {
  const target = filled(given, at);
  if (target === "human:") throw new RunRecordError(`${at}: a human route needs a group after \`human:\``);
  for (const [scheme, what] of schemes)
    if (target === scheme) throw new RunRecordError(`${at}: a route to \`${scheme}\` needs ${what} after it`);
  return target;
}

const schemes = [
  ["worker://", "a queue"],
  ["a2a://", "an agent"],
] as const;

function filled(given: string, at: string): string {
  const text = given.trim();
  if (text === "") throw new RunRecordError(`${at} is required`);
  return text;
}

function blankAsNull(given: string | null): string | null {
  const text = given?.trim() ?? "";
  return text === "" ? null : text;
}
