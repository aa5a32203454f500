import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { type Closure, type DictValue, ListValue, runtimeError, type Value } from "../../value/index.ts";
import { allow, type HookAnswer, isReminder, readAnswer, wrongAnswer } from "./answer.ts";
import { matchesPayload, type RegexMatcher } from "./pattern.ts";
import { isSessionEvent, type SessionEvent, type WorkEvent } from "./session-events.ts";

interface Hook {
  readonly event: SessionEvent | WorkEvent;
  readonly pattern: string;
  readonly handler: Closure;
}

/** Told of each handler that is asked, for transcripts. */
export interface HookWitness {
  called(payload: Value): void;
  returned(answer: HookAnswer, raw: Value): void;
}

/**
 * The hooks of one runtime, in the order they were registered. Who is asked is decided once per event, by the payload as it
 * was before any handler changed it.
 */
export class SessionHooks {
  readonly #matchesRegex: RegexMatcher;
  #hooks: Hook[] = [];

  constructor(matchesRegex: RegexMatcher) {
    this.#matchesRegex = matchesRegex;
  }

  register(hook: Hook): void {
    this.#hooks.push(hook);
  }

  /** Takes those of sessions away; what a project says about its workers stays. */
  clear(): void {
    this.#hooks = this.#hooks.filter(({ event }) => !isSessionEvent(event));
  }

  /** Ask before building a payload. */
  has(...events: readonly (SessionEvent | WorkEvent)[]): boolean {
    return this.#hooks.some((hook) => events.includes(hook.event));
  }

  #handlers(event: SessionEvent | WorkEvent, payload: DictValue): readonly Closure[] {
    return this.#hooks
      .filter((hook) => hook.event === event && this.selects(hook.pattern, payload))
      .map((hook) => hook.handler);
  }

  /** Whether a hook with this pattern wants to see a payload. */
  selects(pattern: string, payload: DictValue): boolean {
    return matchesPayload(pattern, jsonOfValue(payload), this.#matchesRegex);
  }

  /**
   * Asks handlers whether something may happen. The first that blocks or decides ends the chain; a change is what later
   * handlers see, and is the answer if all of them allow it.
   */
  async control(
    context: CallContext,
    event: SessionEvent,
    payload: DictValue,
    witness?: HookWitness,
  ): Promise<HookAnswer> {
    let answer: HookAnswer = allow;
    let seen: Value = payload;
    for (const handler of this.#handlers(event, payload)) {
      witness?.called(seen);
      const returned = await context.callAsync(handler, [seen]);
      const asked = returned instanceof ListValue ? allow : readAnswer(event, returned);
      witness?.returned(asked, returned);
      if (asked.kind === "block" || asked.kind === "decision") return asked;
      if (asked.kind !== "modify") continue;
      answer = asked;
      seen = asked.payload;
    }
    return answer;
  }

  /** Tells handlers that something happened. Only their errors count. */
  async advise(context: CallContext, event: SessionEvent, payload: DictValue): Promise<void> {
    for (const handler of this.#handlers(event, payload)) await context.callAsync(handler, [payload]);
  }

  /** Tells handlers of a worker or a turn: what they answer is not looked at, and nobody could be reminded of anything. */
  async tell(context: CallContext, event: WorkEvent, payload: () => DictValue): Promise<void> {
    if (!this.has(event)) return;
    const told = payload();
    for (const handler of this.#handlers(event, told))
      if (isReminder(await context.callAsync(handler, [told])))
        throw runtimeError(
          `${event} hook reminder: HARN-RMD-008: ${event} does not support reminder effects; use a session, tool, step, or persona hook`,
        );
  }

  /**
   * Asks handlers at a step of the finish sequence: decisions mean nothing there, changes are for later handlers, and
   * `onBlock` throws or lets the rest go on.
   */
  async atFinish(
    context: CallContext,
    event: SessionEvent,
    payload: DictValue,
    onBlock: (reason: string) => void,
  ): Promise<void> {
    let seen: Value = payload;
    for (const handler of this.#handlers(event, payload)) {
      const returned = await context.callAsync(handler, [seen]);
      if (returned instanceof ListValue) throw wrongAnswer(event, returned);
      const asked = readAnswer(event, returned);
      if (asked.kind === "block") onBlock(asked.reason);
      if (asked.kind === "modify") seen = asked.payload;
    }
  }
}
