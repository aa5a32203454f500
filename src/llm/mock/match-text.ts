import type { DictValue, Value } from "../../value/index.ts";
import { isDict } from "../fields.ts";

/** How long the strings of a message are together. A message that was sent does not change any more. */
export type MessageSizes = WeakMap<DictValue, number>;

/**
 * Every string of the messages, keys in order, role words too: what patterns are matched against, and what a mock counts as
 * its input. A conversation is sent with each of its turns, so the text is made when a pattern asks for it alone, and each
 * message is measured once.
 */
export class MatchText {
  readonly #messages: readonly DictValue[];
  readonly #sizes: MessageSizes;
  #text: string | undefined;

  constructor(messages: readonly DictValue[], sizes: MessageSizes) {
    this.#messages = messages;
    this.#sizes = sizes;
  }

  get text(): string {
    this.#text ??= this.#messages.flatMap(stringsOf).join("\n");
    return this.#text;
  }

  /** The length of the text in UTF-8 bytes. */
  get size(): number {
    let size = 0;
    for (const message of this.#messages) size += this.#sizeOf(message);
    return Math.max(size - 1, 0);
  }

  /** With a line feed behind each string. */
  #sizeOf(message: DictValue): number {
    const known = this.#sizes.get(message);
    if (known !== undefined) return known;
    const size = stringsOf(message).reduce((sum, text) => sum + utf8Length(text) + 1, 0);
    this.#sizes.set(message, size);
    return size;
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
  return new TextEncoder().encode(text).length;
}
