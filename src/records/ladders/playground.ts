// A playground: repositories with pull requests on disk that a captain is tried on, `playground.json` in their folder.
import { type Json, type JsonObject, parseExactJson } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { RunRecordError } from "../error.ts";
import {
  anyJson,
  bool,
  type Codec,
  count,
  type Infer,
  int,
  list,
  map,
  nullable,
  readWhole,
  text,
} from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import type { RecordServices } from "../services.ts";
import { type TranscriptEvent, transcriptEvent } from "./transcript.ts";

type Files = Pick<RecordServices, "files">;

const check = record("PlaygroundCheck", {
  name: text,
  status: text,
  conclusion: nullable(text),
  details_url: nullable(text),
  started_at: nullable(text),
  completed_at: nullable(text),
});

const pullRequest = record("PlaygroundPullRequest", {
  repo: text,
  number: count,
  title: text,
  body: text,
  state: text,
  head_branch: text,
  base_branch: text,
  user: text,
  draft: bool,
  labels: list(text),
  checks: list(check),
  mergeable: nullable(bool),
  mergeable_state: text,
  merge_queue_status: nullable(text),
  comments: list(anyJson),
  merged_at: nullable(text),
  closed_at: nullable(text),
  head_sha: nullable(text),
});

const repository = record("PlaygroundRepoState", {
  name: text,
  default_branch: text,
  branches: list(text),
  remote_url: text,
  working_path: text,
  remote_path: text,
});

const playgroundState = record("PlaygroundState", {
  _type: text,
  version: count,
  owner: text,
  scenario: text,
  step_count: count,
  now_ms: int,
  repos: map(repository),
  pull_requests: map(pullRequest),
  history: list(record("PlaygroundHistoryEntry", { seq: count, source: text, detail: anyJson, at_ms: int })),
});

const scenarioName = record("PlaygroundManifest", { scenario: text });

type PlaygroundState = Infer<typeof playgroundState>;
type PullRequest = Infer<typeof pullRequest>;

export interface Playground {
  readonly scenario: string;
  readonly state: PlaygroundState;
}

export function isPlayground(folder: string, { files }: Files): boolean {
  return files.exists(`${folder}/playground.json`);
}

export function loadPlayground(folder: string, services: Files): Playground {
  const state = readPart(playgroundState, "state", `${folder}/state.json`, services);
  return { scenario: readPart(scenarioName, "manifest", `${folder}/manifest.json`, services).scenario, state };
}

function readPart<T>(codec: Codec<T>, what: string, path: string, { files }: Files): T {
  try {
    return readWhole(codec, parseExactJson(files.readText(path)));
  } catch (error) {
    throw new RunRecordError(`failed to read playground ${what} ${path}: ${messageOf(error)}`, { cause: error });
  }
}

const session = "merge-captain-playground";

/** What a captain's look at each open pull request leaves behind. The same state gives the same events. */
export function sweepPlayground(state: PlaygroundState): readonly TranscriptEvent[] {
  const events: TranscriptEvent[] = [];
  let now = state.now_ms;
  const add = (wait: number, type: string, fields: JsonObject): void => {
    now += wait;
    const place = { index: events.length, emitted_at_ms: now, frame_depth: 0 };
    events.push(transcriptEvent({ ...place, type, session_id: session, ...fields }));
  };
  let calls = 0;
  const call = (tool: string, { number, repo }: PullRequest, answer: Json): void => {
    const about = { tool_call_id: `call_${++calls}`, tool_name: tool };
    const input = { repo: `${state.owner}/${repo}`, pr_number: number };
    add(20, "tool_call", { ...about, kind: null, status: "pending", raw_input: input });
    const took = { duration_ms: 40, execution_duration_ms: 40 };
    add(40, "tool_call_update", { ...about, status: "completed", raw_output: answer, error: null, ...took });
  };
  const all = Object.values(state.pull_requests);
  const open = all.filter((each) => each.state === "open").sort(byPlace);
  const repos = Object.keys(state.repos).length;
  add(0, "iteration_start", { iteration: 1 });
  add(10, "agent_thought_chunk", {
    content: `Sweep playground scenario=${state.scenario} (${repos} repos, ${all.length} PRs)`,
  });
  for (const each of open) {
    const { head_branch, number: pr_number, repo } = each;
    const about = { approval_required: false, pr_number, repo };
    call("gh_pull_request_get", each, summaryOf(each));
    add(20, "plan", { plan: { ...about, step: "intake", head_branch } });
    call("gh_pr_checks_list", each, {
      check_runs: each.checks.map(({ conclusion, name, status }) => ({ conclusion, name, status })),
    });
    add(10, "plan", { plan: { ...about, step: "decide_risk", review_risk: needsFollowUp(each) ? "high" : "low" } });
  }
  add(50, "agent_thought_chunk", {
    content: `Sweep complete: ${open.length} PR(s) inspected, ${open.filter(needsFollowUp).length} require follow-up`,
  });
  return events;
}

function byPlace(left: PullRequest, right: PullRequest): number {
  if (left.repo === right.repo) return left.number - right.number;
  return left.repo < right.repo ? -1 : 1;
}

function summaryOf({ base_branch, checks, head_branch, mergeable, ...rest }: PullRequest): JsonObject {
  return {
    repo: rest.repo,
    pr_number: rest.number,
    title: rest.title,
    state: rest.state,
    head_branch,
    base_branch,
    mergeable,
    mergeable_state: rest.mergeable_state,
    failing_checks: failing(checks, "failure", "timed_out", "cancelled"),
    stale_threads: [],
    merge_conflicts: rest.mergeable_state === "dirty",
    merge_queue_status: rest.merge_queue_status,
  };
}

function needsFollowUp({ checks, mergeable_state }: PullRequest): boolean {
  return ["behind", "dirty", "blocked"].includes(mergeable_state) || failing(checks, "failure", "timed_out").length > 0;
}

function failing(checks: PullRequest["checks"], ...conclusions: readonly string[]): readonly string[] {
  return checks.filter(({ conclusion }) => conclusions.includes(conclusion ?? "")).map(({ name }) => name);
}
