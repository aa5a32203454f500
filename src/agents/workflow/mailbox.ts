import type { CallContext, HostFiles } from "../../builtin/index.ts";
import { dictAt, intAt, isDict, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { waitFor } from "../../llm/wire/waiting.ts";
import { DictValue, runtimeError, stringifyJson, type Value } from "../../value/index.ts";

export interface MailTarget {
  readonly workflowId: string;
  readonly folder: string;
}

/** How often a waiting update looks for its answer, which may come from another process. */
const lookEveryMs = 10;
const defaultTimeoutMs = 30_000;

export function mailTarget(context: CallContext, builtin: string, target: Value): MailTarget {
  const dict = isDict(target) ? target : undefined;
  const id = typeof target === "string" ? target : (textAt(dict, "workflow_id") ?? textAt(dict, "workflow"));
  if (id === undefined)
    throw runtimeError(`${builtin}: target must be a workflow id string or dict with workflow_id/workflow`);
  const safe = id.replace(/[^A-Za-z0-9._-]/g, "_");
  return { workflowId: safe === "" ? "workflow" : safe, folder: textAt(dict, "base_dir") ?? filesOf(context).cwd };
}

function filesOf(context: CallContext): HostFiles {
  const { files } = context.host;
  if (files === undefined) throw runtimeError("workflow messages need a host with files");
  return files;
}

/** What is kept of a workflow between its messages: one file, written whole at each change. */
export class Mailbox {
  readonly #context: CallContext;
  readonly #target: MailTarget;
  readonly #path: string;
  #state: DictValue;

  constructor(context: CallContext, target: MailTarget) {
    this.#context = context;
    this.#target = target;
    const files = filesOf(context);
    this.#path = files.resolve(target.folder, ".harn", "workflows", target.workflowId, "state.json");
    this.#state = this.#read();
  }

  #read(): DictValue {
    const files = filesOf(this.#context);
    if (!files.exists(this.#path)) return new DictValue();
    const state = tryParseJson(files.readText(this.#path));
    if (!isDict(state)) throw runtimeError(`workflow state is damaged: ${this.#path}`);
    return state;
  }

  #write(changes: Readonly<Record<string, Value>>): void {
    this.#state = merged(this.#state, record(changes));
    const files = filesOf(this.#context);
    files.makeFolder(files.resolve(this.#path, ".."));
    files.writeAtomic(this.#path, stringifyJson(this.#state, 2));
  }

  #now(): string {
    return new Date(this.#context.host.clock.now()).toISOString();
  }

  get #pending(): readonly Value[] {
    return itemsAt(this.#state, "pending") ?? [];
  }

  #dict(key: string): DictValue {
    return dictAt(this.#state, key) ?? new DictValue();
  }

  /** Puts a message at the end and gives it. */
  enqueue(kind: string, name: string, payload: Value, requestId?: string): DictValue {
    const seq = (intAt(this.#state, "next_seq") ?? 0) + 1;
    const message = record({ seq, kind, name, payload, request_id: requestId, enqueued_at: this.#now() });
    this.#write({ next_seq: seq, pending: list([...this.#pending, message]) });
    return message;
  }

  /** Takes the first message; nil when there is none. */
  receive(): Value {
    const [first, ...rest] = this.#pending;
    if (!isDict(first)) return null;
    this.#write({ pending: list(rest) });
    return merged(record({ request_id: null }), first).with("workflow_id", this.#target.workflowId);
  }

  publish(name: string, value: Value): void {
    this.#write({ queries: merged(this.#dict("queries"), record({ [name]: value })) });
  }

  query(name: string): Value {
    return this.#dict("queries").get(name) ?? null;
  }

  respond(requestId: string, value: Value, name: Value): void {
    const answer = record({ value, name, responded_at: this.#now() });
    this.#write({ responses: merged(this.#dict("responses"), record({ [requestId]: answer })) });
  }

  /** Sends an update and waits until somebody has answered it. */
  async update(name: string, payload: Value, requestId: string, timeoutMs: number | undefined): Promise<Value> {
    this.enqueue("update", name, payload, requestId);
    const { clock } = this.#context.host;
    const end = clock.monotonic() + (timeoutMs ?? defaultTimeoutMs);
    for (;;) {
      this.#state = this.#read();
      const answer = dictAt(this.#dict("responses"), requestId);
      if (answer !== undefined) return answer.get("value") ?? null;
      const left = end - clock.monotonic();
      if (left <= 0) throw runtimeError(`workflow update '${name}' timed out for '${this.#target.workflowId}'`);
      await waitFor(clock, Math.min(left, lookEveryMs), this.#context.signal);
    }
  }

  setPaused(isPaused: boolean): void {
    this.#write({ paused: isPaused });
    this.enqueue("control", isPaused ? "pause" : "resume", null);
  }

  /** Begins the next generation. Messages and queries stay. */
  continueAsNew(): void {
    this.#write({
      generation: this.#generation + 1,
      continue_as_new_count: (intAt(this.#state, "continue_as_new_count") ?? 0) + 1,
      last_continue_as_new_at: this.#now(),
    });
  }

  get #generation(): number {
    return intAt(this.#state, "generation") ?? 1;
  }

  status(): DictValue {
    return record({
      workflow_id: this.#target.workflowId,
      base_dir: this.#target.folder,
      generation: this.#generation,
      paused: this.#state.get("paused") ?? false,
      pending_count: this.#pending.length,
      query_count: this.#dict("queries").size,
      response_count: this.#dict("responses").size,
      continue_as_new_count: intAt(this.#state, "continue_as_new_count") ?? 0,
      last_continue_as_new_at: this.#state.get("last_continue_as_new_at") ?? null,
    });
  }
}
