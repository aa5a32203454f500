import type { ReplyListener } from "../model.ts";

/** What a streamed reply has said and thought so far. The listener hears each piece as it comes; empty ones are none. */
export class SpokenReply {
  readonly #listener: ReplyListener;
  #text = "";
  #thinking = "";

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  get text(): string {
    return this.#text;
  }

  get thinking(): string {
    return this.#thinking;
  }

  say(delta: string): void {
    if (delta === "") return;
    this.#text += delta;
    this.#listener.text?.(delta);
  }

  think(delta: string): void {
    if (delta === "") return;
    this.#thinking += delta;
    this.#listener.thinking?.(delta);
  }

  /** Both of a piece that holds both; thoughts come first. */
  take({ text, thinking }: { readonly text: string; readonly thinking: string }): void {
    this.think(thinking);
    this.say(text);
  }
}
