import type { PullStep } from "../llm/index.ts";
import type { Output } from "./output.ts";

const width = 24;

/** The progress of a download, in one line that is written over. Nothing is shown where no person looks. */
export class PullProgress {
  readonly #output: Output;
  #shown = "";

  constructor(output: Output) {
    this.#output = output;
  }

  show({ completedBytes, status, totalBytes }: PullStep): void {
    if (!this.#output.isTerminal("stderr")) return;
    const line = totalBytes === undefined ? status : `${status} ${bar(completedBytes ?? 0, totalBytes)}`;
    if (line === this.#shown) return;
    this.#output.write("stderr", `\r${line.padEnd(this.#shown.length)}`);
    this.#shown = line;
  }

  end(): void {
    if (this.#shown !== "") this.#output.write("stderr", "\n");
    this.#shown = "";
  }
}

function bar(completed: number, total: number): string {
  const share = total <= 0 ? 0 : Math.min(1, completed / total);
  const full = Math.round(share * width);
  return `[${"#".repeat(full)}${".".repeat(width - full)}] ${Math.floor(share * 100)}% of ${size(total)}`;
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
