import type { CommandContext } from "../context.ts";

const clearLine = "\r\u001b[K";

/** Lines of results as they come, and below them on a terminal how far the run is. */
export class Progress {
  readonly #context: CommandContext;
  readonly #total: number;
  readonly #isShown: boolean;
  #done = 0;

  constructor(context: CommandContext, total: number, isSilent: boolean) {
    this.#context = context;
    this.#total = total;
    this.#isShown = !isSilent && context.output.isTerminal("stderr");
  }

  step(): void {
    this.#done++;
  }

  line(text: string): void {
    this.#clear();
    this.#context.output.write("stdout", text);
    if (this.#isShown) this.#context.output.write("stderr", `${this.#done}/${this.#total}`);
  }

  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#isShown) this.#context.output.write("stderr", clearLine);
  }
}
