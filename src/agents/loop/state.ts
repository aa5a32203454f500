import { textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { GateSettings } from "../permissions/gate.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import type { ToolOutcome } from "../tools/outcome.ts";
import { awaitResumptionTool } from "./await-resumption.ts";
import { type IterationBudget, readBudget } from "./control.ts";
import type { LoopOptions } from "./options.ts";
import { type RepeatGuard, readRepeatGuard } from "./repeat-guard.ts";
import type { LoopSkills } from "./skills.ts";
import { readStallWatch, type StallWatch } from "./stall.ts";
import type { LoopWorker, Parked } from "./suspension.ts";
import { ledgerTool, readTaskLedger, type TaskLedger } from "./task-ledger.ts";
import { ToolSet } from "./tool-set.ts";
import type { Turn } from "./turn.ts";

/** Everything that changes while a loop runs. */
export class LoopState {
  readonly service: AgentService;
  readonly options: LoopOptions;
  readonly session: Session;
  readonly task: string;
  /** The system text of every turn, as far as it is the same in all. */
  system: string | undefined;
  /** The program's own contract of calls by text. */
  textContract: string | undefined;
  readonly ledger: TaskLedger | undefined;
  readonly repeats: RepeatGuard | undefined;
  /** What middleware has begun to do after its turn. */
  readonly flushing: Promise<unknown>[] = [];
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
  readonly tools: ToolSet;
  readonly budget: IterationBudget;
  readonly stall: StallWatch | undefined;
  skills: LoopSkills | undefined;
  /** The `tool_search` option, where the provider searches. */
  providerSearch: Value | undefined;
  /** The worker that this loop runs for. */
  readonly worker: LoopWorker | undefined;
  /** Grows while an adaptive budget or the program's control extends it. */
  maxIterations: number;
  extensions = 0;
  readonly decisions: DictValue[] = [];
  readonly judgeDecisions: DictValue[] = [];
  judgeInvocations = 0;
  stepVetoes = 0;
  /** Feedback that goes in after the results of the turn's calls. */
  pendingFeedback: DictValue[] = [];
  parked: Parked | undefined;
  /** Iterations of the daemon's earlier runs. */
  earlierIterations = 0;
  /** What a daemon is doing, as its last snapshot says. */
  daemonState: string | undefined;
  daemonSnapshotPath: string | undefined;
  /** Looks of an idle daemon, one after the other, that found nothing. */
  idleLooks = 0;
  /** The largest share of the context window that was warned of. */
  reportedPressure = 0;
  /** Counts from 1; the iteration that runs or ran last. */
  iteration = 0;
  /** Model calls that answered. */
  completed = 0;
  textTurns = 0;
  verifyAttempts = 0;
  validatorAttempts = 0;
  validatorRule = "";
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
    readonly toolFormat: "native" | "text";
    readonly providerName: string;
    readonly sentinel: string | undefined;
    readonly gate: GateSettings;
    readonly startedAt: string;
    readonly begun: number;
    readonly worker: LoopWorker | undefined;
  }) {
    this.service = parts.service;
    this.options = parts.options;
    this.session = parts.session;
    this.task = parts.task;
    this.toolFormat = parts.toolFormat;
    this.providerName = parts.providerName;
    this.sentinel = parts.sentinel;
    this.gate = parts.gate;
    this.startedAt = parts.startedAt;
    this.begun = parts.begun;
    this.traceStart = parts.service.llm.trace.length;
    this.callOptions = parts.options.callOptions;
    this.tools = new ToolSet(parts.options.tools);
    this.tools.add(awaitResumptionTool);
    this.ledger = readTaskLedger(parts.options.given);
    if (this.ledger !== undefined) this.tools.add(ledgerTool(this.ledger));
    this.repeats = readRepeatGuard(parts.options.given);
    this.budget = readBudget(parts.options.given, parts.options.maxIterations);
    this.maxIterations = this.budget.initial;
    this.stall = readStallWatch(parts.options.given);
    this.worker = parts.worker;
  }

  toolNames(): string[] {
    return this.tools.all().map((tool) => tool.name);
  }

  /** An event of the session that no message stands for. */
  note(kind: string, metadata: DictValue): void {
    this.session.addEvent(
      transcriptEvent(this.service.newId, { kind, role: "assistant", visibility: "internal", text: "", metadata }),
    );
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

  countOutcome(outcome: ToolOutcome): void {
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
