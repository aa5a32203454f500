// What a sweep of a scenario should look like: the steps it goes through, what it may cost, what it may not do.
import { parseExactJson } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { RunRecordError, recordError } from "../error.ts";
import { bool, count, type Infer, list, nullable, readWhole, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import type { RecordServices } from "../services.ts";

const toolPattern = record("ToolPattern", { name: nullable(text), glob: nullable(text) });

const stateStep = record("GoldenStateStep", {
  step: text,
  tools: list(toolPattern),
  plan_fields: list(text),
  events: list(text),
  required: bool,
  approval_gate: bool,
  verifier: bool,
  merge_action: bool,
});

const golden = record("MergeCaptainGolden", {
  _type: text,
  scenario: text,
  description: nullable(text),
  max_model_calls: nullable(count),
  max_tool_calls: nullable(count),
  max_repeat: nullable(count),
  require_approval_for: list(toolPattern),
  forbidden_actions: list(toolPattern),
  state_steps: list(stateStep),
  expected_state_transitions: list(text),
});

export type Golden = Infer<typeof golden>;
export type StateStep = Infer<typeof stateStep>;
export type ToolPattern = Infer<typeof toolPattern>;

export function loadGolden(path: string, { files }: Pick<RecordServices, "files">): Golden {
  let content: string;
  try {
    content = files.readText(path);
  } catch (error) {
    throw recordError(`failed to read merge_captain golden ${path}`, error);
  }
  try {
    return readWhole(golden, parseExactJson(content));
  } catch (error) {
    throw new RunRecordError(`failed to parse merge_captain golden ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** A golden of zeros with these parts. */
export function goldenOf(parts: Partial<Golden>): Golden {
  return { ...golden.empty, ...parts };
}

export function stateStepOf(parts: Partial<StateStep>): StateStep {
  return { ...stateStep.empty, ...parts };
}

/** Whether a tool is meant. A name beats a glob; case makes no difference. */
export function matchesTool({ glob, name }: ToolPattern, tool: string): boolean {
  if (name !== null) return name.toLowerCase() === tool.toLowerCase();
  return glob !== null && matchesGlob(glob.toLowerCase(), tool.toLowerCase());
}

/** `*` stands for any text. The pieces between are looked for from left to right, the last one at the end. */
function matchesGlob(glob: string, value: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return glob === value;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = value.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}

function globs(...patterns: readonly string[]): readonly ToolPattern[] {
  return patterns.map((glob) => ({ name: null, glob }));
}

/** The way of a pull request where no golden says otherwise. */
export const usualSteps: readonly StateStep[] = [
  stateStepOf({ step: "intake", tools: globs("*pull_request*"), plan_fields: ["pr_number"], events: ["plan"] }),
  stateStepOf({ step: "verify_checks", tools: globs("*check*", "*ci*", "*workflow_run*"), verifier: true }),
  stateStepOf({ step: "decide_risk", plan_fields: ["review_risk"], events: ["plan"] }),
  stateStepOf({
    step: "approval_gate",
    plan_fields: ["approval_required"],
    events: ["handoff", "feedback_injected"],
    approval_gate: true,
  }),
  stateStepOf({
    step: "merge_or_handoff",
    tools: globs("*merge*", "*label*"),
    events: ["handoff"],
    merge_action: true,
  }),
];
