import type { DictValue, Value } from "../value/index.ts";
import type { CallContext } from "./context.ts";
import { type ServiceKey, serviceKey } from "./service.ts";

/** A command that a builtin is about to start. */
export interface GatedCommand {
  /** The builtin that was called. */
  readonly surface: string;
  /** `{mode: "argv", argv, cwd?}` or `{mode: "shell", command, cwd?}`: all texts, and exactly what would be started. */
  readonly request: DictValue;
  /** Starts what it is given: `request`, or what somebody made of it. */
  start(request: DictValue): Promise<Value>;
  /** Whether a refusal is an answer of the builtin rather than an error. */
  readonly answersRefusals?: boolean;
}

/** Decides about commands before they start: refuses, changes them, looks at what they gave. */
export interface CommandGate {
  pass(context: CallContext, command: GatedCommand): Promise<Value>;
}

/** Open, as long as nobody has put a gate here. One per runtime. */
export const commandGateKey: ServiceKey<{ gate?: CommandGate }> = serviceKey("command gate", () => ({}));

/**
 * The one way in which builtins start programs of the machine. It asks about the command itself, not about the builtin's name, so
 * that a new builtin cannot be forgotten.
 */
export function throughGate(context: CallContext, command: GatedCommand): Promise<Value> {
  const { gate } = context.service(commandGateKey);
  return gate === undefined ? command.start(command.request) : gate.pass(context, command);
}
