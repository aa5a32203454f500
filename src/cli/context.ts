import type { Output } from "./output.ts";

/** What a command has of the process around it. Tests hand in their own. */
export interface CommandContext {
  readonly output: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Calls back when somebody asks the process to stop; the result stops listening. */
  onSignal(handler: (signal: string) => void): () => void;
  /** Calls back when nothing that the process waits for can happen any more; the result stops listening. */
  onIdle(handler: () => void): () => void;
}
