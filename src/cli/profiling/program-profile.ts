import type { FunctionCode } from "../../bytecode/index.ts";
import { type CodeMark, type CodeMarks, linesBefore, placeOf } from "../../vm/index.ts";
import type { EngineProfile } from "./engine-profile.ts";

/** One function of the program, or one builtin, called from there. Times are in microseconds. */
export interface ProfileNode {
  readonly name: string;
  /** Absent for builtins, and for what is not of the program. */
  readonly code?: FunctionCode;
  readonly children: ProfileNode[];
  self: number;
  /** Time of its own by line of its source, as far as that is known: builtins count for the line that calls them. */
  readonly lines: Map<number, number>;
}

export interface ProgramProfile {
  readonly root: ProfileNode;
  /** Waiting for the outside. */
  readonly idle: ProfileNode;
  readonly garbage: ProfileNode;
  /** What is done for the program outside of its functions: starting it, the event loop, compiling. */
  readonly runtime: ProfileNode;
  /** Where each sample fell, and how long it stands for. */
  readonly samples: readonly { readonly node: ProfileNode; readonly microseconds: number }[];
  readonly startTime: number;
  readonly endTime: number;
}

type EngineNode = EngineProfile["nodes"][number];

/**
 * The engine's profile in terms of the program: frames of the interpreter, of the runtime and of builtins' insides belong to
 * the function of the program that called them.
 */
export function programProfile(engine: EngineProfile, marks: CodeMarks): ProgramProfile {
  return new Translation(engine, marks).profile();
}

class Translation {
  readonly #engine: EngineProfile;
  readonly #marks: CodeMarks;
  readonly #byId: ReadonlyMap<number, EngineNode>;
  readonly #nodes = new Map<number, ProfileNode>();
  readonly #times = new Map<number, number>();
  readonly #root = newNode("(root)");
  readonly #idle = newNode("(idle)");
  readonly #garbage = newNode("(garbage collector)");
  readonly #runtime = newNode("(runtime)");

  constructor(engine: EngineProfile, marks: CodeMarks) {
    this.#engine = engine;
    this.#marks = marks;
    this.#byId = new Map(engine.nodes.map((node) => [node.id, node]));
    this.#root.children.push(this.#idle, this.#garbage, this.#runtime);
  }

  profile(): ProgramProfile {
    const { endTime, nodes, samples = [], startTime, timeDeltas = [] } = this.#engine;
    for (const [index, id] of samples.entries())
      this.#times.set(id, (this.#times.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
    const [top] = nodes;
    if (top) this.#visit(top, this.#root, undefined);
    return {
      root: this.#root,
      idle: this.#idle,
      garbage: this.#garbage,
      runtime: this.#runtime,
      samples: samples.map((id, index) => ({
        node: this.#nodes.get(id) ?? this.#runtime,
        microseconds: Math.max(0, timeDeltas[index] ?? 0),
      })),
      startTime,
      endTime,
    };
  }

  /** `from`: the line that called, where the frames on the way are builtins' insides. */
  #visit(engine: EngineNode, caller: ProfileNode, from: CallingLine | undefined): void {
    const mark = this.#marks.find(engine.callFrame.url);
    const { node, line } = this.#place(engine, mark, caller, from);
    this.#nodes.set(engine.id, node);
    const time = this.#times.get(engine.id) ?? 0;
    node.self += time;
    if (line !== undefined) addTo(line.of.lines, line.line, time);
    else if (mark !== undefined) addLines(node, engine, mark, time);
    for (const id of engine.children ?? []) {
      const child = this.#byId.get(id);
      if (child) this.#visit(child, node, line);
    }
  }

  #place(
    { callFrame }: EngineNode,
    mark: CodeMark | undefined,
    caller: ProfileNode,
    from: CallingLine | undefined,
  ): { readonly node: ProfileNode; readonly line?: CallingLine } {
    if (mark?.form === "site") {
      const line = lineAt(mark.code, mark.offsets[0] ?? -1);
      const node = mark.callee === undefined ? caller : childOf(caller, mark.callee, undefined);
      return { node, ...(line !== undefined && { line: { of: caller, line } }) };
    }
    if (mark !== undefined) {
      // The interpreter and an entry go on with a call that is on the stack already.
      if (mark.form !== "call" && caller.code === mark.code) return { node: caller };
      const parent = caller === this.#runtime ? this.#root : caller;
      return { node: childOf(parent, nameOf(mark.code), mark.code) };
    }
    if (caller !== this.#root) return { node: caller, ...(from && { line: from }) };
    switch (callFrame.functionName) {
      case "(root)":
        return { node: this.#root };
      case "(idle)":
        return { node: this.#idle };
      case "(garbage collector)":
        return { node: this.#garbage };
      default:
        return { node: this.#runtime };
    }
  }
}

/** A line that calls a builtin, and whose it is. */
interface CallingLine {
  readonly of: ProfileNode;
  readonly line: number;
}

function addLines(
  node: ProfileNode,
  { positionTicks = [] }: EngineNode,
  { code, offsets }: CodeMark,
  time: number,
): void {
  const ticks = positionTicks.reduce((sum, tick) => sum + tick.ticks, 0);
  for (const tick of positionTicks) {
    // The engine counts lines from 1.
    const line = lineAt(code, offsets[tick.line - 1 - linesBefore] ?? -1);
    if (line !== undefined) addTo(node.lines, line, (time * tick.ticks) / ticks);
  }
}

function lineAt(code: FunctionCode, offset: number): number | undefined {
  return offset < 0 ? undefined : code.module.source.lines.lineAt(placeOf(code, offset).start);
}

function nameOf({ form, name, span, module }: FunctionCode): string {
  if (form === "module") return "(top level)";
  if (name !== "") return form === "pipeline" ? `pipeline ${name}` : name;
  return `closure at line ${module.source.lines.lineAt(span.start)}`;
}

function newNode(name: string, code?: FunctionCode): ProfileNode {
  return { name, ...(code && { code }), children: [], self: 0, lines: new Map() };
}

function childOf(parent: ProfileNode, name: string, code: FunctionCode | undefined): ProfileNode {
  const known = parent.children.find((child) => child.name === name && child.code === code);
  if (known) return known;
  const child = newNode(name, code);
  parent.children.push(child);
  return child;
}

function addTo<K>(sums: Map<K, number>, key: K, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
