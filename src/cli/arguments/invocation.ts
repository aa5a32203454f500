import type { CommandSpec } from "./spec.ts";
import { UsageError } from "./usage-error.ts";

/** A parsed command line. Asking for a flag that the command does not declare is a mistake of ours, and throws. */
export class Invocation {
  readonly command: CommandSpec;
  /** The names that lead to the command: `["test"]`, `["runs", "inspect"]`. */
  readonly path: readonly string[];
  readonly positionals: readonly string[];
  /** What follows `--`, for commands that hand it on. */
  readonly passed: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(
    command: CommandSpec,
    path: readonly string[],
    values: ReadonlyMap<string, readonly string[]>,
    positionals: readonly string[],
    passed: readonly string[],
  ) {
    this.command = command;
    this.path = path;
    this.positionals = positionals;
    this.passed = passed;
    this.#values = values;
  }

  /** Whether a switch is on. */
  has(flag: string): boolean {
    return this.#valuesOf(flag).length > 0;
  }

  text(flag: string): string | undefined {
    return this.#valuesOf(flag)[0];
  }

  texts(flag: string): readonly string[] {
    return this.#valuesOf(flag);
  }

  /** The value of a flag that counts something. */
  count(flag: string): number | undefined {
    const text = this.text(flag);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) throw new UsageError(`invalid value '${text}' for '--${flag}': expected a whole number`);
    return Number(text);
  }

  #valuesOf(flag: string): readonly string[] {
    if (!this.command.flags?.some(({ name }) => name === flag))
      throw new TypeError(`${this.path.join(" ")} has no flag --${flag}`);
    return this.#values.get(flag) ?? [];
  }
}
