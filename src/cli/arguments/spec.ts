import type { CommandContext } from "../context.ts";
import type { Invocation } from "./invocation.ts";

/** A flag, as data: the parser and the help both read it. */
export interface FlagSpec {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  readonly summary: string;
  /** The placeholder of its value; a flag without one is a switch. */
  readonly value?: string;
  /** The flag may stand alone: then its value is empty. A value has to follow an equals sign. */
  readonly isValueOptional?: boolean;
  readonly isRepeatable?: boolean;
  readonly choices?: readonly string[];
  /** The variable that gives its value when the command line does not. */
  readonly environment?: string;
  readonly fallback?: string;
  /** Flags it cannot stand beside. */
  readonly conflicts?: readonly string[];
  /** A flag it makes no sense without. */
  readonly requires?: string;
}

export interface PositionalSpec {
  readonly name: string;
  readonly summary: string;
  readonly isRequired?: boolean;
  readonly isRepeatable?: boolean;
}

/** What a command does: resolves to the exit status. */
export type CommandBody = (invocation: Invocation, context: CommandContext) => Promise<number> | number;

/** One node of the command tree: a command, or a group of commands. Its code is loaded when it is called. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly flags?: readonly FlagSpec[];
  readonly positionals?: readonly PositionalSpec[];
  /** The placeholder for what follows `--`; without it nothing may. */
  readonly passes?: string;
  readonly subcommands?: readonly CommandSpec[];
  readonly load?: () => Promise<{ readonly execute: CommandBody }>;
  readonly isHidden?: boolean;
}
