import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import {
  type EventLog,
  type EventLogConfig,
  EventLogError,
  eventLogConfig,
  MemoryEventLog,
  parseTimestamp,
  timestampProblem,
} from "../../eventlog/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { createNodeHost } from "../../host/node/index.ts";
import { IdSource } from "../../runtime/index.ts";
import { BudgetExhausted, PersonaSupervisor, type Spending } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { openEventLog } from "../running/event-log.ts";
import { personaNamed } from "./manifest.ts";

/** Does something with the supervisor of the persona that a command names; what it told is durable when this is done. */
export async function supervise<T>(
  invocation: Invocation,
  context: CommandContext,
  access: "read" | "write",
  body: (supervisor: PersonaSupervisor) => Promise<T>,
): Promise<T> {
  const { persona } = personaNamed(invocation, context);
  const now = timeOf(invocation);
  const { clock, random } = createNodeHost({ cwd: context.cwd });
  const ids = new IdSource(clock, random);
  return await withPersonaLog(invocation, context, access, async (log) => {
    try {
      return await body(new PersonaSupervisor({ log, persona, now, uuid: () => ids.uuid() }));
    } catch (error) {
      if (error instanceof BudgetExhausted)
        throw new CommandFailure("budget_exhausted", error.message, { cause: error });
      throw error;
    }
  });
}

/** The log below `--state-dir`. Whoever only reads where there is none reads an empty one, and leaves nothing behind. */
export async function withPersonaLog<T>(
  invocation: Invocation,
  { cwd, environment }: CommandContext,
  access: "read" | "write",
  body: (log: EventLog) => Promise<T>,
): Promise<T> {
  const folder = resolve(cwd, invocation.text("state-dir") ?? ".harn/personas");
  const log = openLog(folder, (name) => environment[name], access);
  try {
    return await body(log);
  } finally {
    await log.close();
  }
}

function openLog(folder: string, variable: (name: string) => string | undefined, access: "read" | "write"): EventLog {
  try {
    const config = eventLogConfig(variable, folder, resolve);
    if (access === "read" && !isThere(config)) return new MemoryEventLog({ now: Date.now });
    if (access === "write") mkdirSync(folder, { recursive: true });
    return openEventLog(config, Date.now);
  } catch (error) {
    const why = error instanceof EventLogError ? error.message : hostError(error).message;
    throw new CommandFailure("event_log", `failed to open the log of personas in ${folder}: ${why}`, { cause: error });
  }
}

function isThere({ backend, folder, sqlitePath }: EventLogConfig): boolean {
  return backend === "sqlite" ? existsSync(sqlitePath) : existsSync(folder);
}

function timeOf(invocation: Invocation): number {
  const text = invocation.text("at");
  if (text === undefined) return Date.now();
  const at = parseTimestamp(text);
  if (at !== undefined) return at;
  throw new CommandFailure("invalid_timestamp", `invalid RFC3339 timestamp '${text}': ${timestampProblem(text)}`);
}

/** What `--cost-usd` and `--tokens` say that work takes. */
export function spendingOf(invocation: Invocation): Spending {
  const text = invocation.text("cost-usd") ?? "0";
  const cost_usd = /^\d*\.?\d+(?:e-?\d+)?$/iu.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(cost_usd))
    throw new UsageError(`invalid value '${text}' for '--cost-usd': expected an amount of dollars from 0 on`);
  return { cost_usd, tokens: invocation.count("tokens") ?? 0 };
}
