import type { CallContext, HostInput, Stop } from "../builtin/index.ts";
import { dispatchScope, type Json, type JsonObject } from "../eventlog/index.ts";
import type { RequestKind } from "./kinds.ts";
import { typedAnswer } from "./typed-answer.ts";

/**
 * The person at the terminal as one who answers: one request after the other, each until it has ended. Somebody who closes the
 * input has no more answers, and what is open waits for others.
 */
export class TerminalAnswers {
  /** The request that is being asked. */
  #turn: Promise<unknown> = Promise.resolve();

  /** `undefined`: nobody is at the terminal. */
  answer(
    context: CallContext,
    kind: RequestKind,
    request: JsonObject,
    ended: Stop,
  ): Promise<Json | undefined> | undefined {
    const { input, terminal } = context.host;
    // A dispatch does not wait for people.
    if (input === undefined || terminal === undefined || context.scoped(dispatchScope) !== undefined) return undefined;
    if (!terminal.isInteractive("stdin") || !terminal.isInteractive("stderr")) return undefined;
    const person = new Person(context, input, ended);
    const answered = this.#turn.then(() => (ended.aborted ? undefined : person.answer(kind, request)));
    this.#turn = answered.catch(() => undefined);
    return answered;
  }
}

class Person {
  readonly #context: CallContext;
  readonly #input: HostInput;
  readonly #ended: Stop;

  constructor(context: CallContext, input: HostInput, ended: Stop) {
    this.#context = context;
    this.#input = input;
    this.#ended = ended;
  }

  async answer(kind: RequestKind, request: JsonObject): Promise<Json | undefined> {
    switch (kind) {
      case "question":
        return this.#question(request);
      case "approval":
      case "dual_control":
        return this.#approval(request);
      case "escalation":
        return this.#escalation(request);
    }
  }

  async #question({ prompt, default: fallback, schema }: JsonObject): Promise<Json | undefined> {
    const usual = fallback === null || fallback === undefined ? "" : ` [${shown(fallback)}]`;
    const line = await this.#ask(`${shown(prompt)}${usual} `);
    if (line === undefined) return undefined;
    if (line === "" && usual !== "") return { answer: fallback, reviewer: this.#name };
    return { answer: typedAnswer(line, schema), reviewer: this.#name };
  }

  async #approval({ action, detail, reviewers, approvers }: JsonObject): Promise<Json | undefined> {
    const more = detail === null || detail === undefined ? "" : ` (${shown(detail)})`;
    const line = await this.#ask(`Approve ${shown(action)}${more}? [y/N] `);
    if (line === undefined) return undefined;
    const reviewer = await this.#reviewer(namesIn(reviewers ?? approvers));
    if (reviewer === undefined) return undefined;
    if (isYes(line)) return { approved: true, reviewer };
    const reason = await this.#ask("Why not? ");
    return { approved: false, reviewer, ...(reason !== undefined && reason !== "" && { reason }) };
  }

  /** One of those who were asked for, else whoever is logged in. */
  async #reviewer(names: readonly string[]): Promise<string | undefined> {
    if (names.length === 0 || names.includes(this.#name)) return this.#name;
    return this.#ask(`As whom (${names.join(", ")})? `);
  }

  async #escalation({ role, reason }: JsonObject): Promise<Json | undefined> {
    const line = await this.#ask(`For ${shown(role)}: ${shown(reason)}. Accept? [y/N] `);
    return line === undefined || !isYes(line) ? undefined : { accepted: true, reviewer: this.#name };
  }

  get #name(): string {
    return this.#context.host.system?.username ?? "terminal";
  }

  async #ask(question: string): Promise<string | undefined> {
    this.#context.write("stderr", question);
    const line = (await this.#input.readLine(this.#ended))?.trim();
    // What comes next begins on a line of its own.
    if (line === undefined) this.#context.write("stderr", "\n");
    return line;
  }
}

function isYes(line: string): boolean {
  return /^y(es)?$/i.test(line);
}

function shown(json: Json | undefined): string {
  return typeof json === "string" ? json : JSON.stringify(json ?? null);
}

function namesIn(json: Json | undefined): readonly string[] {
  return Array.isArray(json) ? json.filter((name) => typeof name === "string") : [];
}
