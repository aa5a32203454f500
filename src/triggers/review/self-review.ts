import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import {
  dispatchScope,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonOfValue,
  sha256,
  valueOfJson,
} from "../../eventlog/index.ts";
import { BuiltinValue, DictValue, isInt, runtimeError, typeName, type Value } from "../../value/index.ts";
import { HandlerScope } from "../dispatch/handlers.ts";
import { triggerService } from "../key.ts";
import type { TrustDecision } from "../trust/trust-graph.ts";
import { answerSchema, findingsOf, hasBlocking, type ReviewFinding, secretFindings, unique } from "./findings.ts";
import { reviewer, reviewPrompt } from "./prompts.ts";
import { type Rubric, rubricOf, rubrics } from "./rubrics.ts";

const review = declare("review");
const mostRounds = 5;

interface Review {
  readonly diff: string;
  readonly rubric: Rubric;
  readonly maxRounds: number;
}

/** What one round came to. */
interface Round extends JsonObject {
  readonly round: number;
  readonly summary: string;
  readonly findings: readonly ReviewFinding[];
  readonly has_blocking_findings: boolean;
  readonly model: string | null;
  readonly provider: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
}

async function selfReview(context: CallContext, asked: Review): Promise<JsonObject> {
  const call = (name: string, ...args: Value[]): Promise<Value> => context.callAsync(new BuiltinValue(name), args);
  const scanned = jsonOfValue(await call("secret_scan", asked.diff));
  const found = Array.isArray(scanned) ? scanned.filter(isJsonObject) : [];
  const secrets = secretFindings(found);
  // A model needs no secret to see that there is one.
  const diff = String(await call("__token_redaction_redact", asked.diff));
  const rounds: Round[] = [];
  let candidates: readonly ReviewFinding[] = [];
  for (let round = 1; round <= asked.maxRounds; round++) {
    const prompt = reviewPrompt({ ...asked, diff, round, secrets, candidates });
    const answer = jsonOfValue(await call("llm_call", prompt, reviewer, callOptions()));
    const ended = roundOf(round, isJsonObject(answer) ? answer : {}, secrets);
    const isStable = candidates.length > 0 && sameFindings(candidates, ended.findings);
    rounds.push(ended);
    candidates = ended.findings;
    if (isStable) break;
  }
  const last = rounds.at(-1) as Round;
  const record = await context.service(triggerService).trust.record(decisionOf(context, asked, rounds, found));
  return {
    rubric: asked.rubric.text,
    rubric_preset: asked.rubric.preset,
    max_rounds: asked.maxRounds,
    summary: last.summary,
    findings: last.findings,
    has_blocking_findings: last.has_blocking_findings,
    rounds,
    secret_scan_findings: found,
    trust_record: record,
  };
}

function callOptions(): DictValue {
  return DictValue.of({
    provider: "auto",
    model_tier: "small",
    temperature: valueOfJson(0.1),
    response_format: "json",
    output_schema: valueOfJson(answerSchema),
    output_validation: "error",
    schema_retries: 3,
  });
}

function roundOf(round: number, answer: JsonObject, secrets: readonly ReviewFinding[]): Round {
  if (!isJsonObject(answer.data ?? null)) throw runtimeError("self_review: the model's answer has no structured data");
  const data = answer.data as JsonObject;
  const findings = unique([...findingsOf(data), ...secrets]);
  const text = (name: string): string | null => (typeof answer[name] === "string" ? (answer[name] as string) : null);
  const count = (name: string): number | null => (typeof answer[name] === "number" ? (answer[name] as number) : null);
  return {
    round,
    summary: summaryOf(data.summary, findings, secrets),
    findings,
    has_blocking_findings: hasBlocking(findings),
    model: text("model"),
    provider: text("provider"),
    input_tokens: count("input_tokens"),
    output_tokens: count("output_tokens"),
  };
}

function summaryOf(
  given: Json | undefined,
  findings: readonly ReviewFinding[],
  secrets: readonly ReviewFinding[],
): string {
  const text = typeof given === "string" ? given.trim() : "";
  if (text !== "") return text;
  if (secrets.length > 0) return `Secret scan found ${secrets.length} blocking finding(s).`;
  return findings.length === 0 ? "No high-signal findings." : "Review completed with findings.";
}

function sameFindings(before: readonly ReviewFinding[], after: readonly ReviewFinding[]): boolean {
  return before.length === after.length && before.every(({ id }, at) => id === after[at]?.id);
}

/** In a handler of a trigger, its agent decides; elsewhere whoever runs the program. */
function decisionOf(
  context: CallContext,
  { diff, maxRounds, rubric }: Review,
  rounds: readonly Round[],
  secrets: readonly JsonObject[],
): TrustDecision {
  const scope = context.scoped(dispatchScope);
  const last = rounds.at(-1) as Round;
  const { trust } = context.service(triggerService);
  return {
    agent: scope?.agentId ?? localAgent(context),
    action: "pr.self_review",
    approver: null,
    outcome: last.has_blocking_findings ? "failure" : "success",
    traceId: scope?.traceId ?? trust.newTraceId(),
    tier: scope instanceof HandlerScope ? scope.tier : "suggest",
    costUsd: null,
    metadata: {
      rubric: rubric.text,
      rubric_preset: rubric.preset,
      requested_rounds: maxRounds,
      completed_rounds: rounds.length,
      finding_count: last.findings.length,
      blocking_finding_count: last.findings.filter(({ severity }) => severity === "blocking").length,
      secret_scan_finding_count: secrets.length,
      finding_categories: [...new Set(last.findings.map(({ category }) => category))].sort(),
      summary: last.summary,
      diff_bytes: new TextEncoder().encode(diff).length,
      diff_sha256: sha256(diff),
    },
  };
}

function localAgent({ host }: CallContext): string {
  const user = host.environment?.get("USER") ?? "unknown";
  const folder = host.files?.cwd.split(/[\\/]/).findLast((part) => part !== "") ?? "workspace";
  return `local::${user}::${folder}`;
}

function roundsOf(value: Value): number {
  if (value === null) return 1;
  if (!isInt(value)) throw runtimeError(`self_review: expected integer max_rounds, got ${typeName(value)}`);
  if (value <= 0) throw runtimeError("self_review: max_rounds must be greater than 0");
  return Math.min(Number(value), mostRounds);
}

export const reviewBuiltins: readonly Builtin[] = [
  review({
    name: "self_review",
    summary:
      "Has a model review a diff, in up to 5 rounds (1), and puts the result on record: `{summary, findings, has_blocking_findings, rounds, secret_scan_findings, rubric, rubric_preset, max_rounds, trust_record}`. The rubric is a text, or default, code, docs, infra or security. Secrets block, and the model does not see them.",
    params: [req("diff", t.string), opt("rubric", t.nilable(t.string)), opt("max_rounds", t.any)],
    returns: t.dict,
    effect: "llm",
    run(context, diff, rubric, maxRounds) {
      if (diff.trim() === "") throw runtimeError("self_review: diff text is required");
      const asked = { diff, rubric: rubricOf(rubric ?? undefined), maxRounds: roundsOf(maxRounds ?? null) };
      return context.async(async () => valueOfJson(await selfReview(context, asked)));
    },
  }),
  review({
    name: "__review_rubrics",
    summary: "The rubrics of `self_review` by name.",
    params: [],
    returns: t.dict,
    run: () => valueOfJson(rubrics),
  }),
];
