import { type Host, HostError } from "../../builtin/index.ts";

const fileName = "llm_transcript.jsonl";

/**
 * The transcript of a run's model calls, kept until its record is written. Where `HARN_LLM_TRANSCRIPT_DIR` names a folder, each
 * line also goes to the file there at once.
 */
export class TranscriptLines {
  readonly #lines: string[] = [];
  readonly #files: Required<Host>["files"];
  readonly #path: string | undefined;

  constructor({ environment, files }: Required<Host>) {
    const folder = environment.get("HARN_LLM_TRANSCRIPT_DIR") ?? "";
    this.#files = files;
    this.#path = folder === "" ? undefined : files.resolve(folder, fileName);
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#path === undefined) return;
    try {
      if (this.#lines.length === 1) this.#files.makeFolder(this.#files.resolve(this.#path, ".."));
      this.#files.appendText(this.#path, line);
    } catch (error) {
      // Whoever asks a model does not fail because nobody can watch.
      if (!(error instanceof HostError)) throw error;
    }
  }

  get text(): string {
    return this.#lines.join("");
  }
}
