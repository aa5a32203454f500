import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ProfileNode, ProgramProfile } from "./program-profile.ts";

/** The profile as a `.cpuprofile`, which browsers' developer tools, editors and flame graph viewers open. */
export function viewerFile({ endTime, root, samples, startTime }: ProgramProfile, cwd: string): string {
  const ids = new Map<ProfileNode, number>();
  number(root, ids);
  const hits = new Map<ProfileNode, number>();
  for (const { node } of samples) hits.set(node, (hits.get(node) ?? 0) + 1);
  return JSON.stringify({
    nodes: [...ids].map(([node, id]) => ({
      id,
      callFrame: callFrame(node, cwd),
      hitCount: hits.get(node) ?? 0,
      children: node.children.map((child) => ids.get(child) as number),
      positionTicks: ticksOf(node, hits.get(node) ?? 0),
    })),
    startTime,
    endTime,
    samples: samples.map(({ node }) => ids.get(node) as number),
    timeDeltas: samples.map(({ microseconds }) => microseconds),
  });
}

function number(node: ProfileNode, ids: Map<ProfileNode, number>): void {
  ids.set(node, ids.size + 1);
  for (const child of node.children) number(child, ids);
}

/** Lines and columns count from 0 here. */
function callFrame({ code, name }: ProfileNode, cwd: string): object {
  if (code === undefined) return { functionName: name, scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 };
  const { source } = code.module;
  const line = source.lines.lineAt(code.span.start);
  // The library's modules and code from the command line are no files.
  const url = /^[<@]|^std\//.test(source.path) ? source.path : pathToFileURL(resolve(cwd, source.path)).href;
  return { functionName: name, scriptId: "0", url, lineNumber: line - 1, columnNumber: 0 };
}

/** Lines count from 1 here. */
function ticksOf({ lines, self }: ProfileNode, hits: number): readonly object[] {
  if (self === 0) return [];
  return [...lines]
    .map(([line, time]) => ({ line, ticks: Math.round((hits * time) / self) }))
    .filter(({ ticks }) => ticks > 0);
}
