import { SkillSigningError } from "../../packages/skill-signing.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";

/** Runs what keys and signatures are made with; what its user can put right ends the command with a message. */
export function withKeys<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SkillSigningError) throw new CommandFailure("skill.signing", error.message);
    throw error;
  }
}

/** A flag that the command cannot do without. */
export function requiredText(invocation: Invocation, flag: string): string {
  const text = invocation.text(flag);
  if (text !== undefined && text !== "") return text;
  throw new UsageError(`the following required argument was not provided: --${flag}`);
}
