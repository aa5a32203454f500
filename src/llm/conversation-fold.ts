import type { DictValue } from "../value/index.ts";

interface Known<T> {
  readonly messages: readonly DictValue[];
  readonly value: T;
}

/**
 * What is made of the messages of a conversation, one after the other. A conversation is asked about with each of its turns and
 * grows at its end, so each message is looked at once: a message that was sent does not change any more.
 */
export class ConversationFold<T> {
  readonly #start: () => T;
  readonly #step: (value: T, message: DictValue) => T;
  /** By the first message: what was known of the conversation when it was last asked about. */
  readonly #known = new WeakMap<DictValue, Known<T>>();

  constructor(start: () => T, step: (value: T, message: DictValue) => T) {
    this.#start = start;
    this.#step = step;
  }

  /** Nobody may write to the array afterwards. */
  of(messages: readonly DictValue[]): T {
    const first = messages[0];
    if (first === undefined) return this.#start();
    const known = this.#known.get(first);
    const isLonger = known !== undefined && beginsWith(messages, known.messages);
    let value = isLonger ? known.value : this.#start();
    for (let at = isLonger ? known.messages.length : 0; at < messages.length; at++)
      value = this.#step(value, messages[at] as DictValue);
    this.#known.set(first, { messages, value });
    return value;
  }
}

function beginsWith(messages: readonly DictValue[], start: readonly DictValue[]): boolean {
  if (start.length > messages.length) return false;
  for (let at = start.length - 1; at >= 0; at--) if (messages[at] !== start[at]) return false;
  return true;
}
