import { count, type Infer, list, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const clarifyingQuestion = record("ClarifyingQuestionEvalSpec", {
  expected_question: nullable(text),
  accepted_questions: list(text),
  required_terms: list(text),
  forbidden_terms: list(text),
  min_questions: count,
  max_questions: nullable(count),
});

const stageAssertion = record("ReplayStageAssertion", {
  node_id: text,
  expected_status: text,
  expected_outcome: text,
  expected_branch: nullable(text),
  required_artifact_kinds: list(text),
  visible_text_contains: nullable(text),
});

/** What a repetition of a run must show. */
export const replayFixture = record("ReplayFixture", {
  _type: text,
  id: text,
  source_run_id: text,
  workflow_id: text,
  workflow_name: nullable(text),
  created_at: text,
  eval_kind: nullable(text),
  clarifying_question: nullable(clarifyingQuestion),
  expected_status: text,
  stage_assertions: list(stageAssertion),
});

export type ReplayFixture = Infer<typeof replayFixture>;
export type ReplayStageAssertion = Infer<typeof stageAssertion>;
