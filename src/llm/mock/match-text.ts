import type { DictValue, Value } from "../../value/index.ts";
import { ConversationFold } from "../conversation-fold.ts";
import { isDict } from "../fields.ts";

/** How long the strings of messages are together, in UTF-8 bytes, with a line feed behind each. */
export type ConversationSizes = ConversationFold<number>;

export function conversationSizes(): ConversationSizes {
  return new ConversationFold(
    () => 0,
    (sum, message) => stringsOf(message).reduce((size, text) => size + utf8Length(text) + 1, sum),
  );
}

/**
 * Every string of the messages, keys in order, role words too: what patterns are matched against, and what a mock counts as
 * its input. A conversation is sent with each of its turns, so the text is made when a pattern asks for it alone.
 */
export class MatchText {
  readonly #messages: readonly DictValue[];
  readonly #sizes: ConversationSizes;
  #text: string | undefined;

  constructor(messages: readonly DictValue[], sizes: ConversationSizes) {
    this.#messages = messages;
    this.#sizes = sizes;
  }

  get text(): string {
    this.#text ??= this.#messages.flatMap(stringsOf).join("\n");
    return this.#text;
  }

  /** The length of the text in UTF-8 bytes. */
  get size(): number {
    return Math.max(this.#sizes.of(this.#messages) - 1, 0);
  }
}

function stringsOf(message: DictValue): string[] {
  const texts: string[] = [];
  const collect = (value: Value): void => {
    if (typeof value === "string") texts.push(value);
    else if (isDict(value)) for (const item of value.values()) collect(item);
    else if (typeof value === "object" && value !== null && value.kind === "list")
      for (const item of value.view()) collect(item);
  };
  collect(message);
  return texts;
}

export function utf8Length(text: string): number {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return new TextEncoder().encode(text).length;
  return text.length;
}
