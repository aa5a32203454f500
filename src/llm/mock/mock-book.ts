import { type DictValue, ListValue, thrown, type Value } from "../../value/index.ts";
import { matchesGlob } from "../catalog/glob.ts";
import { ConversationFold } from "../conversation-fold.ts";
import { conversationSizes, MatchText } from "./match-text.ts";
import type { MockEntry } from "./mock-entry.ts";

/** The prepared answers of one scope: a queue, and patterns beside it. */
class MockScope {
  readonly queue: MockEntry[] = [];
  patterns: MockEntry[] = [];
  readonly calls: DictValue[] = [];
}

/**
 * What mocks of one runtime have been prepared and asked. Entries without a pattern are consumed first, in order;
 * patterns come after, the first that fits wins and stays unless it asks to be consumed.
 */
export class MockBook {
  #scope = new MockScope();
  readonly #outer: MockScope[] = [];
  /** Answers from a fixture file: asked before the program's own, and the only ones while they last. */
  #fixtures: MockScope | undefined;
  /** Prompts that a simulated cache has seen. */
  readonly #cachedPrompts = new Set<string>();
  readonly #sizes = conversationSizes();
  /** The conversations that were asked about, each a list that goes on where the last one ended: they share what they have in common. */
  readonly #conversations = new ConversationFold<ListValue>(
    () => new ListValue([]),
    (list, message) => list.append(message),
  );

  /** What the book is asked by these messages. */
  matchText(messages: readonly DictValue[]): MatchText {
    return new MatchText(messages, this.#sizes);
  }

  /** The messages as a value. */
  conversation(messages: readonly DictValue[]): ListValue {
    return this.#conversations.of(messages);
  }

  add(entry: MockEntry): void {
    put(this.#scope, entry);
  }

  useFixtures(entries: readonly MockEntry[]): void {
    const scope = new MockScope();
    for (const entry of entries) put(scope, entry);
    this.#fixtures = scope;
  }

  get hasFixtures(): boolean {
    return this.#fixtures !== undefined;
  }

  /** While something is prepared, every provider is intercepted. */
  get isPrepared(): boolean {
    return this.#fixtures !== undefined || this.#scope.queue.length > 0 || this.#scope.patterns.length > 0;
  }

  /** The entry that answers, taken from the book if it is used up. */
  take(asked: MatchText): MockEntry | undefined {
    return (this.#fixtures === undefined ? undefined : takeFrom(this.#fixtures, asked)) ?? takeFrom(this.#scope, asked);
  }

  log(call: DictValue): void {
    this.#scope.calls.push(call);
  }

  get calls(): readonly Value[] {
    return this.#scope.calls;
  }

  /** Forgets everything of this scope, and the fixture file. */
  clear(): void {
    this.#scope = new MockScope();
    this.#fixtures = undefined;
    this.#cachedPrompts.clear();
  }

  pushScope(): void {
    this.#outer.push(this.#scope);
    this.#scope = new MockScope();
  }

  popScope(): void {
    const scope = this.#outer.pop();
    if (scope === undefined) throw thrown("llm_mock_pop_scope: no scope to pop");
    this.#scope = scope;
  }

  /** Whether the simulated prompt cache had seen the prompt before now. */
  cached(promptKey: string): boolean {
    const seen = this.#cachedPrompts.has(promptKey);
    this.#cachedPrompts.add(promptKey);
    return seen;
  }
}

function put(scope: MockScope, entry: MockEntry): void {
  if (entry.match === undefined) scope.queue.push(entry);
  else scope.patterns.push(entry);
}

function takeFrom(scope: MockScope, asked: MatchText): MockEntry | undefined {
  const next = scope.queue.shift();
  if (next !== undefined) return next;
  const hit = scope.patterns.find((entry) => matchesGlob(entry.match ?? "", asked.text));
  if (hit?.consumesMatch === true) scope.patterns = scope.patterns.filter((entry) => entry !== hit);
  return hit;
}
