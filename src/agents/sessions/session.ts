import { list, record } from "../../llm/fields.ts";
import { messageEvent, type NewId } from "../../llm/transcript/event.ts";
import { transcriptVersion } from "../../llm/transcript/record.ts";
import type { DictValue, Value } from "../../value/index.ts";
import {
  anchorDict,
  defaultWorkspacePolicy,
  policyDict,
  type WorkspaceAnchor,
  type WorkspacePolicy,
} from "./workspace.ts";

/** A conversation that loops and calls go on with. */
export class Session {
  readonly id: string;
  readonly createdAt: string;
  readonly parentId: string | undefined;
  readonly childIds: string[] = [];
  readonly branchedAt: number | undefined;
  messages: DictValue[] = [];
  #events: DictValue[] = [];
  #hasReminders = false;
  assets: Value[] = [];
  summary: string | undefined;
  systemPrompt: string | undefined;
  toolFormat: string | undefined;
  pinnedModel: string | undefined;
  pinnedReasoningPolicy: string | undefined;
  workspaceAnchor: WorkspaceAnchor | undefined;
  workspacePolicy: WorkspacePolicy = defaultWorkspacePolicy;
  /** Told of each message that is added, with its place. */
  onMessage: ((message: DictValue, index: number) => void) | undefined;
  /** Counts model calls and tokens, for the totals of a run. */
  readonly usage = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  readonly #newId: NewId;

  constructor(
    id: string,
    createdAt: string,
    newId: NewId,
    origin: { readonly parentId?: string; readonly branchedAt?: number } = {},
  ) {
    this.id = id;
    this.createdAt = createdAt;
    this.parentId = origin.parentId;
    this.branchedAt = origin.branchedAt;
    this.#newId = newId;
  }

  /** Adds a message, and the event it leaves. */
  add(message: DictValue): void {
    this.messages.push(message);
    this.events.push(messageEvent(message, this.#newId));
    this.onMessage?.(message, this.messages.length - 1);
  }

  addEvent(event: DictValue): void {
    this.#events.push(event);
    this.#hasReminders ||= isReminder(event);
  }

  get events(): DictValue[] {
    return this.#events;
  }

  set events(events: DictValue[]) {
    this.#events = events;
    this.#hasReminders = events.some(isReminder);
  }

  /** Known without looking through the events, as every turn asks. */
  get hasReminders(): boolean {
    return this.#hasReminders;
  }

  /** Takes the last message back, if it is the assistant's, with its event. */
  popAssistant(): DictValue | undefined {
    const last = this.messages.at(-1);
    if (last?.get("role") !== "assistant") return undefined;
    this.messages.pop();
    const at = this.events.findLastIndex(
      (event) => event.get("kind") === "message" && event.get("role") === "assistant",
    );
    if (at >= 0) this.events.splice(at, 1);
    return last;
  }

  /** Keeps the last messages alone; events follow. */
  trim(keepLast: number): void {
    if (this.messages.length <= keepLast) return;
    this.replaceMessages(keepLast === 0 ? [] : this.messages.slice(-keepLast));
  }

  replaceMessages(messages: readonly DictValue[]): void {
    this.messages = [...messages];
    const others = this.events.filter(
      (event) => event.get("kind") !== "message" && event.get("kind") !== "tool_result",
    );
    this.events = [...messages.map((message) => messageEvent(message, this.#newId)), ...others];
  }

  reset(): void {
    this.messages = [];
    this.events = [];
    this.assets = [];
    this.summary = undefined;
    this.systemPrompt = undefined;
    this.toolFormat = undefined;
  }

  /** The transcript as programs hold it. */
  transcript(): DictValue {
    const parts = {
      _type: "transcript",
      version: transcriptVersion,
      id: this.id,
      messages: list(this.messages),
      events: list(this.events),
      assets: list(this.assets),
    };
    return record({ ...parts, summary: this.summary, metadata: this.#metadata() });
  }

  #metadata(): DictValue | undefined {
    const metadata = record({
      tool_format: this.toolFormat,
      tool_mode_locked: this.toolFormat === undefined ? undefined : true,
      system_prompt: this.systemPrompt,
      parent_session_id: this.parentId,
    });
    return metadata.size === 0 ? undefined : metadata;
  }

  snapshot(): DictValue {
    return record({
      _type: "transcript",
      version: transcriptVersion,
      id: this.id,
      messages: list(this.messages),
      events: list(this.events),
      assets: list(this.assets),
      length: this.messages.length,
      created_at: this.createdAt,
      parent_id: this.parentId ?? null,
      child_ids: list(this.childIds),
      branched_at_event_index: this.branchedAt ?? null,
      system_prompt: this.systemPrompt ?? null,
      tool_format: this.toolFormat ?? null,
      pinned_model: this.pinnedModel ?? null,
      pinned_reasoning_policy: this.pinnedReasoningPolicy ?? null,
      workspace_anchor: this.workspaceAnchor === undefined ? null : anchorDict(this.workspaceAnchor),
      workspace_policy: policyDict(this.workspacePolicy),
      summary: this.summary,
      metadata: this.#metadata(),
    });
  }
}

function isReminder(event: DictValue): boolean {
  return event.get("kind") === "system_reminder";
}
