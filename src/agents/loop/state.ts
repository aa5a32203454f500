import { textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { GateSettings } from "../permissions/gate.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import type { ToolOutcome } from "../tools/outcome.ts";
import type { LoopOptions } from "./options.ts";
import type { Turn } from "./turn.ts";

/** Everything that changes while a loop runs. */
export class LoopState {
  readonly service: AgentService;
  readonly options: LoopOptions;
  readonly session: Session;
  readonly task: string;
  readonly system: string | undefined;
  readonly toolFormat: "native" | "text";
  /** As the program wrote it, for events; resolved per call otherwise. */
  readonly providerName: string;
  /** The text that says that the task is done, if there is one. */
  readonly sentinel: string | undefined;
  readonly gate: GateSettings;
  readonly startedAt: string;
  readonly begun: number;
  readonly traceStart: number;
  callOptions: DictValue;
  /** Counts from 1; the iteration that runs or ran last. */
  iteration = 0;
  /** Model calls that answered. */
  completed = 0;
  textTurns = 0;
  verifyAttempts = 0;
  validatorAttempts = 0;
  nativeFallbacks = 0;
  hasConfirmed = false;
  inputTokens = 0;
  outputTokens = 0;
  costUsd = 0;
  lastText = "";
  lastTurn: Turn | undefined;
  readonly calls: { readonly call: CalledTool; readonly isNative: boolean }[] = [];
  readonly successful: string[] = [];
  readonly rejected: string[] = [];
  /** Empty while nothing but a proper end has come. */
  finalStatus = "";
  stopReason = "";
  error: Value = null;

  constructor(parts: {
    readonly service: AgentService;
    readonly options: LoopOptions;
    readonly session: Session;
    readonly task: string;
    readonly system: string | undefined;
    readonly toolFormat: "native" | "text";
    readonly providerName: string;
    readonly sentinel: string | undefined;
    readonly gate: GateSettings;
    readonly startedAt: string;
    readonly begun: number;
  }) {
    this.service = parts.service;
    this.options = parts.options;
    this.session = parts.session;
    this.task = parts.task;
    this.system = parts.system;
    this.toolFormat = parts.toolFormat;
    this.providerName = parts.providerName;
    this.sentinel = parts.sentinel;
    this.gate = parts.gate;
    this.startedAt = parts.startedAt;
    this.begun = parts.begun;
    this.traceStart = parts.service.llm.trace.length;
    this.callOptions = parts.options.callOptions;
  }

  toolNames(): string[] {
    return this.options.tools.map((tool) => tool.name);
  }

  /** The model last saw a tool's result. */
  isAfterToolResult(): boolean {
    const last = this.session.messages.at(-1);
    const role = last === undefined ? undefined : textAt(last, "role");
    return role === "tool" || role === "tool_result";
  }

  count(turn: Turn): void {
    this.completed++;
    this.lastTurn = turn;
    this.inputTokens += turn.inputTokens;
    this.outputTokens += turn.outputTokens;
    this.costUsd += turn.costUsd;
    if (turn.visible.trim() !== "") this.lastText = turn.visible;
  }

  note(outcome: ToolOutcome): void {
    (outcome.isOk ? this.successful : this.rejected).push(outcome.toolName);
  }

  end(finalStatus: string, stopReason: string): void {
    this.finalStatus = finalStatus;
    this.stopReason = stopReason;
  }

  /** Groups of required tools of which none has succeeded. */
  missingTools(): string[] {
    return this.options.requiredTools
      .filter((group) => !group.some((name) => this.successful.includes(name)))
      .map((group) => group.join(" or "));
  }
}
