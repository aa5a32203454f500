import { rfc3339 } from "../eventlog/index.ts";
import { scalarLength, scalarSlice } from "../value/index.ts";
import { showOptional } from "./comparison.ts";
import type { RecordServices } from "./services.ts";
import { type ReplayFixture, type ReplayStageAssertion, replayFixture } from "./shapes/replay-fixture.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import type { StageRecord } from "./shapes/stage.ts";

export interface ReplayReport {
  readonly pass: boolean;
  readonly failures: readonly string[];
  readonly stage_count: number;
}

const longestSnippet = 80;

/** What a repetition must show to count as the same: each stage's outcome, and the beginning of what it said. */
export function fixtureOfRun(run: RunRecord, services: Pick<RecordServices, "ids" | "now">): ReplayFixture {
  return {
    ...replayFixture.empty,
    _type: "replay_fixture",
    id: services.ids.next("fixture"),
    source_run_id: run.id,
    workflow_id: run.workflow_id,
    workflow_name: run.workflow_name,
    created_at: rfc3339(services.now()),
    eval_kind: "replay",
    expected_status: run.status,
    stage_assertions: run.stages.map(assertionOf),
  };
}

function assertionOf(stage: StageRecord): ReplayStageAssertion {
  const said = stage.visible_text ?? "";
  return {
    node_id: stage.node_id,
    expected_status: stage.status,
    expected_outcome: stage.outcome,
    expected_branch: stage.branch,
    required_artifact_kinds: stage.artifacts.map((artifact) => artifact.kind),
    visible_text_contains: said === "" ? null : snippetOf(said),
  };
}

function snippetOf(text: string): string {
  return scalarLength(text) <= longestSnippet ? text : scalarSlice(text, 0, longestSnippet);
}

/** Judges a run by a fixture. Stages beyond those that the fixture names do not matter. */
export function evaluateRun(run: RunRecord, fixture: ReplayFixture): ReplayReport {
  const failures =
    fixture.eval_kind === "clarifying_question" ? judgeQuestions(run, fixture) : judgeReplay(run, fixture);
  return { pass: failures.length === 0, failures, stage_count: run.stages.length };
}

function judgeReplay(run: RunRecord, fixture: ReplayFixture): string[] {
  const byNode = new Map(run.stages.map((stage) => [stage.node_id, stage]));
  return [
    ...judgeStatus(run, fixture),
    ...fixture.stage_assertions.flatMap((assertion) => judgeStage(byNode.get(assertion.node_id), assertion)),
  ];
}

function judgeStatus(run: RunRecord, fixture: ReplayFixture): string[] {
  return run.status === fixture.expected_status
    ? []
    : [`run status mismatch: expected ${fixture.expected_status}, got ${run.status}`];
}

function judgeStage(stage: StageRecord | undefined, assertion: ReplayStageAssertion): string[] {
  const where = `stage ${assertion.node_id}`;
  if (stage === undefined) return [`missing ${where}`];
  const failures: string[] = [];
  const compare = (what: string, expected: string, got: string): void => {
    if (expected !== got) failures.push(`${where} ${what} mismatch: expected ${expected}, got ${got}`);
  };
  compare("status", assertion.expected_status, stage.status);
  compare("outcome", assertion.expected_outcome, stage.outcome);
  compare("branch", showOptional(assertion.expected_branch), showOptional(stage.branch));
  const kinds = new Set(stage.artifacts.map((artifact) => artifact.kind));
  for (const kind of assertion.required_artifact_kinds)
    if (!kinds.has(kind)) failures.push(`${where} missing artifact kind ${kind}`);
  const snippet = assertion.visible_text_contains;
  if (snippet !== null && !(stage.visible_text ?? "").includes(snippet)) {
    failures.push(`${where} visible text does not contain expected snippet ${JSON.stringify(snippet)}`);
  }
  return failures;
}

function judgeQuestions(run: RunRecord, fixture: ReplayFixture): string[] {
  const spec = fixture.clarifying_question;
  const asked = run.hitl_questions.map((question) => question.prompt);
  const least = Math.max(spec?.min_questions ?? 1, 1);
  const most = Math.max(spec?.max_questions ?? 1, 1);
  const failures = judgeStatus(run, fixture);
  if (asked.length < least) failures.push(`expected at least ${least} clarifying question(s), got ${asked.length}`);
  if (asked.length > most) failures.push(`expected at most ${most} clarifying question(s), got ${asked.length}`);
  if (spec !== null && asked.length > 0 && hasCriteria(spec) && !asked.some((question) => satisfies(question, spec))) {
    failures.push(
      `no clarifying question matched fixture; actual questions: ${asked.map((question) => JSON.stringify(question)).join(", ")}`,
    );
  }
  return failures;
}

type QuestionSpec = NonNullable<ReplayFixture["clarifying_question"]>;

function hasCriteria(spec: QuestionSpec): boolean {
  return (
    spec.expected_question !== null ||
    [spec.accepted_questions, spec.required_terms, spec.forbidden_terms].some((list) => list.length > 0)
  );
}

function satisfies(question: string, spec: QuestionSpec): boolean {
  const plain = plainWords(question);
  const contains = (term: string): boolean => plain.includes(plainWords(term));
  return (
    (spec.expected_question === null || plain === plainWords(spec.expected_question)) &&
    (spec.accepted_questions.length === 0 ||
      spec.accepted_questions.some((accepted) => plain === plainWords(accepted))) &&
    spec.required_terms.every(contains) &&
    !spec.forbidden_terms.some(contains)
  );
}

/** Letters and digits in lower case, everything else as single blanks. */
function plainWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
