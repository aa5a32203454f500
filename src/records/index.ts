export {
  artifactJson,
  type ContextPolicy,
  contextPolicyJson,
  normalizeArtifact,
  readArtifactShape,
  readContextPolicyShape,
  renderArtifacts,
  selectAdaptively,
} from "./artifacts.ts";
export { recordCatalog } from "./builtins.ts";
export { materializeChildRuns } from "./child-runs.ts";
export { diffRuns, type RunDiff, type StageDiff, type ToolDiff } from "./diff.ts";
export { RunRecordError } from "./error.ts";
export {
  evalPackManifest,
  isEvalLadder,
  isEvalPack,
  readEvalLadder,
  readEvalPack,
} from "./eval-packs/manifest.ts";
export { type EvalPackReport, runEvalPack } from "./eval-packs/run-pack.ts";
export {
  type EvalCase,
  type EvalCaseReport,
  type EvalSuiteReport,
  evaluateSuite,
  normalizeManifest,
  runManifest,
} from "./eval-suite.ts";
export { RunNotes } from "./friction.ts";
export type { SourceCall } from "./handoff-effects.ts";
export type { RouteManifest } from "./handoff-routes.ts";
export { mergeHitlQuestions } from "./hitl-questions.ts";
export { inspectRecord } from "./inspect.ts";
export { inspectRecordJson } from "./inspect-json.ts";
export { recordServicesKey } from "./key.ts";
export { auditText, auditTranscript } from "./ladders/audit.ts";
export { type Backend, backendOf } from "./ladders/backend.ts";
export { loadGolden } from "./ladders/golden.ts";
export { type LadderReport, ladderReport, runLadder, type TierReport } from "./ladders/ladder.ts";
export { runSweep, type Sweep, sweepSummary, writeRecord } from "./ladders/sweep.ts";
export { loadTranscript } from "./ladders/transcript.ts";
export { deriveObservability, type RecordPlace } from "./observability/derive.ts";
export { issueReceipt } from "./provenance/issue-receipt.ts";
export { type Receipt, receiptCodec } from "./provenance/receipt.ts";
export { type VerificationReport, verifyReceipt } from "./provenance/verify-receipt.ts";
export type { BuiltinServices } from "./record-calls.ts";
export { loadRunRecord, normalizeRunRecord, saveRunRecord } from "./record-files.ts";
export {
  type RecordedAgentEvent,
  type RecordedModelCall,
  type RunEnd,
  RunRecorder,
  type RunRecorderOptions,
  recordedEventTypes,
} from "./recorder.ts";
export { evaluateRun, fixtureOfRun, type ReplayReport } from "./replay-fixture.ts";
export { loadRunHeading, type RunHeading } from "./run-heading.ts";
export { loadRunTree, type RunTree } from "./run-tree.ts";
export { ShapeError } from "./schema/codec.ts";
export { unknownKeys } from "./schema/record.ts";
export { type RecordServices, runFolderOf } from "./services.ts";
export type { ArtifactRecord } from "./shapes/artifact.ts";
export type { ChildRunRecord } from "./shapes/child-run.ts";
export type { EvalSuiteManifest } from "./shapes/eval-suite.ts";
export type { HandoffRecord } from "./shapes/handoff.ts";
export type { ObservabilityRecord } from "./shapes/observability.ts";
export type { PersonaRuntimeRecord } from "./shapes/persona-runtime.ts";
export { type ReplayFixture, replayFixture } from "./shapes/replay-fixture.ts";
export { type RunRecord, runRecord } from "./shapes/run-record.ts";
export type { StageRecord, UsageRecord } from "./shapes/stage.ts";
export type { HitlQuestionRecord, ToolRecording, TraceSpanRecord } from "./shapes/trace.ts";
export { checkGraphShape } from "./shapes/workflow-graph.ts";
export { saveTranscript, transcriptSidecar } from "./sidecar.ts";
