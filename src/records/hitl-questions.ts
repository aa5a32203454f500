import { type EventLog, isJsonObject, type Json, type LogEvent, topic } from "../eventlog/index.ts";
import { compareText } from "../value/index.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import type { HitlQuestionRecord } from "./shapes/trace.ts";

const questions = topic("hitl.questions");
const pageSize = 256;

/** The run with the questions that it asked humans, as the log has them; what the log says wins over what is stored. */
export async function mergeHitlQuestions(run: RunRecord, log: EventLog | undefined): Promise<RunRecord> {
  if (log === undefined) return run;
  const merged = new Map(run.hitl_questions.map((question) => [question.request_id, question]));
  for (const event of await readAll(log)) {
    const question = questionOf(event, run.id);
    if (question !== undefined) merged.set(question.request_id, question);
  }
  const byTime = (a: HitlQuestionRecord, b: HitlQuestionRecord): number =>
    compareText(a.asked_at, b.asked_at) || compareText(a.request_id, b.request_id);
  return { ...run, hitl_questions: [...merged.values()].sort(byTime) };
}

async function readAll(log: EventLog): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  for (;;) {
    const page = await log.readRange(questions, events.at(-1)?.id, pageSize);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

function questionOf(event: LogEvent, runId: string): HitlQuestionRecord | undefined {
  if (event.kind !== "hitl.question_asked") return undefined;
  const payload = isJsonObject(event.payload) ? event.payload : {};
  if (event.headers.run_id !== runId && payload.run_id !== runId) return undefined;
  const asked = isJsonObject(payload.payload) ? payload.payload : {};
  const requestId = textOf(payload.request_id) ?? event.headers.request_id ?? "";
  const prompt = textOf(asked.prompt) ?? "";
  if (requestId === "" || prompt === "") return undefined;
  return {
    request_id: requestId,
    prompt,
    agent: textOf(payload.agent) ?? "",
    trace_id: textOf(payload.trace_id) ?? null,
    asked_at: textOf(payload.requested_at) ?? "",
  };
}

function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
