import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { type Closure, type DictValue, ListValue, type Value } from "../../value/index.ts";
import { allow, type HookAnswer, readAnswer, wrongAnswer } from "./answer.ts";
import { matchesPayload, type RegexMatcher } from "./pattern.ts";
import type { SessionEvent } from "./session-events.ts";

interface SessionHook {
  readonly event: SessionEvent;
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
  #hooks: SessionHook[] = [];

  constructor(matchesRegex: RegexMatcher) {
    this.#matchesRegex = matchesRegex;
  }

  register(hook: SessionHook): void {
    this.#hooks.push(hook);
  }

  clear(): void {
    this.#hooks = [];
  }

  /** Ask before building a payload. */
  has(...events: readonly SessionEvent[]): boolean {
    return this.#hooks.some((hook) => events.includes(hook.event));
  }

  #handlers(event: SessionEvent, payload: DictValue): readonly Closure[] {
    const json = jsonOfValue(payload);
    return this.#hooks
      .filter((hook) => hook.event === event && matchesPayload(hook.pattern, json, this.#matchesRegex))
      .map((hook) => hook.handler);
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
