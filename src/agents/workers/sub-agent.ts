import type { CallContext } from "../../builtin/index.ts";
import { readJsonText } from "../../llm/call/json-answer.ts";
import { schemaErrors } from "../../llm/call/schema-check.ts";
import {
  boolAt,
  dictAt,
  intAt,
  isDict,
  isList,
  itemsAt,
  list,
  merged,
  record,
  textAt,
  textsAt,
} from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { type DictValue, Raise, show, stringifyJson, thrown, typeName, type Value } from "../../value/index.ts";
import { runLoop } from "../loop/loop.ts";
import { enterNested } from "../loop/nesting.ts";
import { reminderEvent, reminderOf } from "../reminders/reminder.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import { anchorDict, readAnchor } from "../sessions/workspace.ts";
import { describeError } from "../tools/outcome.ts";

/** What a child agent is started with. */
export interface SubAgentRequest {
  readonly name: string;
  readonly task: string;
  readonly system: string | undefined;
  /** Options of the child's loop. */
  readonly options: DictValue;
  readonly returnsSchema: DictValue | undefined;
  readonly sessionId: string;
  readonly allowedTools: readonly string[];
  readonly policy: DictValue | undefined;
  readonly carry: DictValue | undefined;
  readonly execution: DictValue | undefined;
  readonly isBackground: boolean;
  readonly anchor: DictValue | undefined;
}

/** Keys of the options that are about the child and not about its loop. */
const ownKeys = [
  "name",
  "system",
  "background",
  "allowed_tools",
  "policy",
  "carry",
  "execution",
  "returns",
  "returns_schema",
  "session_id",
  "anchor",
  "workspace_anchor",
  "reminder_propagation",
];

export function subAgentRequest(service: AgentService, task: string, options: DictValue | undefined): DictValue {
  if (task.trim() === "") throw thrown("sub_agent_run: task is required");
  const sessionId = textAt(options, "session_id") ?? `sub_agent_session_${service.newId()}`;
  const loop = [...(options?.entries() ?? [])].filter(([key]) => !ownKeys.includes(key));
  return record({
    _type: "sub_agent_request",
    name: textAt(options, "name") ?? "sub-agent",
    task,
    system: options?.get("system"),
    options: record({ ...Object.fromEntries(loop), session_id: sessionId }),
    returns_schema: options?.get("returns_schema") ?? dictAt(options, "returns")?.get("schema"),
    session_id: sessionId,
    background: boolAt(options, "background") ?? false,
    carry: options?.get("carry"),
    execution: options?.get("execution"),
    policy: options?.get("policy"),
    anchor: options?.get("anchor") ?? options?.get("workspace_anchor"),
    reminder_propagation: options?.get("reminder_propagation"),
    allowed_tools: list([...allowedTools(options)]),
  });
}

/** What is no list of names would narrow nothing: the child would have all tools that its parent has. */
function allowedTools(options: DictValue | undefined): readonly Value[] {
  const given = options?.get("allowed_tools") ?? null;
  if (given === null) return [];
  const names = isList(given) ? given.toArray() : [given];
  const other = names.find((name) => typeof name !== "string");
  if (other !== undefined)
    throw thrown(`sub_agent_run: \`allowed_tools\` must be a list of names or nil; got ${typeName(other)}`);
  return names;
}

export function readSubAgent(service: AgentService, request: DictValue): SubAgentRequest {
  const task = textAt(request, "task") ?? "";
  if (task.trim() === "") throw thrown("sub_agent_run: task is required");
  return {
    name: textAt(request, "name") ?? "sub-agent",
    task,
    system: textAt(request, "system"),
    options: dictAt(request, "options") ?? record({}),
    returnsSchema: dictAt(request, "returns_schema"),
    sessionId: textAt(request, "session_id") ?? `sub_agent_session_${service.newId()}`,
    allowedTools: textsAt(request, "allowed_tools") ?? [],
    policy: dictAt(request, "policy"),
    carry: dictAt(request, "carry"),
    execution: dictAt(request, "execution"),
    isBackground: boolAt(request, "background") ?? false,
    anchor: dictAt(request, "anchor"),
  };
}

/** Opens the child's session under the one that is current, with what it takes over from it. */
export function openChild(context: CallContext, service: AgentService, request: SubAgentRequest): Session {
  const parent = service.sessions.get(service.currentSession(context.taskId) ?? "");
  const session =
    parent === undefined || parent.id === request.sessionId
      ? service.sessions.open(request.sessionId)
      : service.sessions.openChild(parent, request.sessionId);
  if (parent === undefined) return session;
  const parentAnchor = parent.workspaceAnchor;
  if (request.anchor !== undefined) {
    const at = new Date(context.host.clock.now()).toISOString();
    const anchor = readAnchor("sub_agent_run", "options", request.anchor, parent.workspacePolicy, at);
    if (parentAnchor !== undefined && !`${anchor.primary}/`.startsWith(`${parentAnchor.primary}/`))
      throw thrown(`sub_agent_run: child anchor escapes parent: ${stringifyJson(anchorDict(anchor))}`);
    session.workspaceAnchor = anchor;
  } else session.workspaceAnchor ??= parentAnchor;
  inheritReminders(service, parent, session);
  return session;
}

function inheritReminders(service: AgentService, parent: Session, child: Session): void {
  for (const event of parent.events) {
    const reminder = reminderOf(event);
    if (reminder === undefined || textAt(reminder, "propagate") !== "all") continue;
    const inherited = merged(
      reminder,
      record({ id: service.newId(), source: "inherited", originating_agent_id: parent.id }),
    );
    child.addEvent(reminderEvent(inherited));
  }
}

/** The options of the child's loop: its policy narrowed to the tools it may use, its tools to those as well. */
function loopOptions(request: SubAgentRequest): DictValue {
  const { allowedTools } = request;
  let options = merged(request.options, record({ session_id: request.sessionId }));
  let policy = request.policy;
  if (allowedTools.length > 0) {
    const named = textsAt(policy, "tools") ?? [];
    const tools = named.length === 0 ? allowedTools : named.filter((tool) => allowedTools.includes(tool));
    policy = merged(policy, record({ tools: list(tools) }));
  }
  if (policy !== undefined) options = merged(options, record({ policy }));
  return options;
}

/** Runs the child's loop to its end and gives its envelope; a child that parked gives what its loop gave. */
export async function runSubAgent(
  context: CallContext,
  service: AgentService,
  request: SubAgentRequest,
): Promise<DictValue> {
  const parent = service.sessions.get(service.currentSession(context.taskId) ?? "");
  const nesting = enterNested(context, "sub_agent_run", request.name);
  if (nesting.kind === "exhausted")
    return envelope(request, undefined, { category: "budget_exceeded", message: nesting.message });
  parent?.addEvent(
    noteOf(service, "sub_agent_start", request.task, {
      name: request.name,
      task: request.task,
      child_session_id: request.sessionId,
    }),
  );
  let result: DictValue;
  try {
    openChild(context, service, request);
    const loop = await runLoop(context, service, {
      prompt: request.task,
      system: request.system,
      options: loopOptions(request),
    });
    if (textAt(loop, "status") === "suspended") return loop;
    result = await envelopeOf(context, request, loop);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    result = envelope(request, undefined, { category: describeError(error).category, message: show(error.value) });
  } finally {
    nesting.leave();
  }
  parent?.addEvent(
    noteOf(service, "sub_agent_result", textAt(result, "summary") ?? "", {
      name: request.name,
      child_session_id: request.sessionId,
      ok: result.get("ok"),
      summary: result.get("summary"),
      evidence_added: result.get("evidence_added"),
      budget_exceeded: result.get("budget_exceeded"),
      error: result.get("error"),
    }),
  );
  return result;
}

function noteOf(
  service: AgentService,
  kind: string,
  text: string,
  metadata: Readonly<Record<string, Value | undefined>>,
): DictValue {
  return transcriptEvent(service.newId, {
    kind,
    role: "system",
    visibility: "internal",
    text,
    metadata: record(metadata),
  });
}

interface Problem {
  readonly category: string;
  readonly message: string;
  readonly tool?: string | undefined;
}

async function envelopeOf(context: CallContext, request: SubAgentRequest, loop: DictValue): Promise<DictValue> {
  const denial = (itemsAt(dictAt(loop, "transcript"), "events") ?? []).find(
    (event) => isDict(event) && event.get("kind") === "PermissionDeny",
  );
  const summary = summaryOf(request, loop);
  const read = await structured(context, request, loop, summary);
  let problem = read.problem;
  if (denial !== undefined && isDict(denial)) {
    const about = dictAt(denial, "metadata");
    problem = {
      category: "permission_denied",
      message: textAt(about, "reason") ?? "permission denied",
      tool: textAt(about, "tool_name"),
    };
  }
  return envelope(request, { loop, summary, data: read.data }, problem ?? failureOf(loop));
}

const troubled = ["provider_error", "failed", "blocked"];

function failureOf(loop: DictValue): Problem | undefined {
  if (!troubled.includes(textAt(loop, "status") ?? "")) return undefined;
  const error = loop.get("error") ?? null;
  if (!isDict(error)) return { category: "generic", message: show(error) };
  return { category: textAt(error, "category") ?? "generic", message: textAt(error, "message") ?? show(error) };
}

/** What a child has to say: what it showed, or the last text that its transcript has of it. */
function summaryOf(request: SubAgentRequest, loop: DictValue): string {
  const visible = textAt(loop, "visible_text") ?? "";
  if (visible.trim() !== "" || wantsJson(request)) return visible;
  const events = itemsAt(dictAt(loop, "transcript"), "events") ?? [];
  const said = events.findLast(
    (event) => isDict(event) && event.get("role") === "assistant" && (textAt(event, "text") ?? "") !== "",
  );
  return isDict(said) ? (textAt(said, "text") ?? "") : "";
}

function wantsJson(request: SubAgentRequest): boolean {
  const { options, returnsSchema } = request;
  if (returnsSchema !== undefined || dictAt(options, "output_schema") !== undefined) return true;
  return ["response_format", "output_format"].some((key) => {
    const value = options.get(key);
    return value === "json" || value === "json_object" || isDict(value);
  });
}

async function structured(
  context: CallContext,
  request: SubAgentRequest,
  loop: DictValue,
  summary: string,
): Promise<{ readonly data: Value; readonly problem?: Problem }> {
  if (!wantsJson(request) || troubled.includes(textAt(loop, "status") ?? "")) return { data: null };
  const data = readJsonText(summary)?.data;
  if (data === undefined)
    return {
      data: null,
      problem: {
        category: "schema_validation",
        message: "sub_agent_run: child transcript did not contain valid JSON",
      },
    };
  if (request.returnsSchema === undefined) return { data };
  const errors = await schemaErrors(context, data, request.returnsSchema);
  if (errors.length === 0) return { data };
  return {
    data,
    problem: {
      category: "schema_validation",
      message: `sub_agent_run: return schema validation failed: ${errors.join("; ")}`,
    },
  };
}

function envelope(
  request: SubAgentRequest,
  run: { readonly loop: DictValue; readonly summary: string; readonly data: Value } | undefined,
  problem: Problem | undefined,
): DictValue {
  const transcript = dictAt(run?.loop, "transcript");
  const artifacts = itemsAt(transcript, "assets") ?? [];
  return record({
    ok: problem === undefined,
    summary: run?.summary ?? "",
    artifacts: list(artifacts),
    evidence_added: artifacts.length,
    tokens_used: intAt(run?.loop, "tokens_used") ?? 0,
    budget_exceeded: textAt(run?.loop, "status") === "budget_exhausted" || problem?.category === "budget_exceeded",
    data: run?.data ?? null,
    error:
      problem === undefined
        ? null
        : record({ category: problem.category, message: problem.message, tool: problem.tool }),
    session_id: request.sessionId,
    transcript,
  });
}
