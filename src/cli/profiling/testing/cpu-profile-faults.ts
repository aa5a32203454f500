/**
 * What is wrong with a `.cpuprofile`, by the rules of the format (`Profiler.Profile` of the DevTools protocol) that viewers rely
 * on; empty when nothing is.
 */
export function cpuProfileFaults(text: string): readonly string[] {
  const { endTime, nodes, samples, startTime, timeDeltas } = JSON.parse(text) as CpuProfile;
  const faults: string[] = [];
  const want = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  const sampled = new Map<number, number>();
  for (const id of samples) sampled.set(id, (sampled.get(id) ?? 0) + 1);
  want(byId.size === nodes.length, "two nodes with one id");
  for (const { callFrame, children, hitCount, id, positionTicks = [] } of nodes) {
    want(Number.isInteger(id) && id > 0, `node id ${id}`);
    for (const child of children) {
      want(byId.has(child), `node ${id} has a child ${child} that is not there`);
      want(!parents.has(child), `node ${child} has two parents`);
      parents.set(child, id);
    }
    want(
      hitCount === (sampled.get(id) ?? 0),
      `node ${id} counts ${hitCount} hits, and has ${sampled.get(id) ?? 0} samples`,
    );
    want(typeof callFrame.functionName === "string" && typeof callFrame.url === "string", `names of node ${id}`);
    want(typeof callFrame.scriptId === "string", `script id of node ${id}`);
    want(isPosition(callFrame.lineNumber) && isPosition(callFrame.columnNumber), `position of node ${id}`);
    const ticks = positionTicks.reduce((sum, tick) => sum + tick.ticks, 0);
    // Each line's share is rounded.
    want(ticks <= hitCount + positionTicks.length / 2, `node ${id} has more ticks than hits`);
    want(
      positionTicks.every(({ line, ticks: count }) => line > 0 && count > 0),
      `ticks of node ${id}`,
    );
  }
  const [root, ...others] = nodes;
  want(root?.callFrame.functionName === "(root)" && !parents.has(root.id), "the first node is not the root");
  want(
    others.every((node) => reaches(node.id, root?.id, parents)),
    "a node that the root does not reach",
  );
  want(
    samples.every((id) => byId.has(id)),
    "a sample of no node",
  );
  want(timeDeltas.length === samples.length, "samples and times differ in number");
  want(
    timeDeltas.every((delta) => Number.isInteger(delta) && delta >= 0),
    "a time that is no count of microseconds",
  );
  const spent = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  want(startTime <= endTime && spent <= endTime - startTime + 1, "samples beyond the end");
  return faults;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: unknown;
      readonly scriptId: unknown;
      readonly url: unknown;
      readonly lineNumber: unknown;
      readonly columnNumber: unknown;
    };
    readonly hitCount: number;
    readonly children: readonly number[];
    readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
  }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Counted from 0; -1 for none. */
function isPosition(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= -1;
}

function reaches(id: number, root: number | undefined, parents: ReadonlyMap<number, number>): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = id; at !== undefined && !seen.has(at); at = parents.get(at)) {
    if (at === root) return true;
    seen.add(at);
  }
  return false;
}
