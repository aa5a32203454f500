import type { CallContext } from "../../builtin/index.ts";
import { dictAt, intAt, isDict, record, textAt } from "../../llm/fields.ts";
import { type DictValue, Raise, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import { spawnDetached, type Task } from "../../vm/index.ts";
import { Deadline } from "../inbox/deadline.ts";
import { timeoutActions } from "./resume-conditions.ts";

/** Triggers, as far as workers need them. */
export interface ResumeTriggers {
  /** Registers a trigger under this id that resumes the worker; gives its version. A bad definition is a `Raise`. */
  register(id: string, workerId: string, trigger: DictValue): number;
  remove(id: string): void;
}

/** What happens when nothing has resumed a worker in time. */
export type Timeout = (context: CallContext, action: string, triggerId: string) => Promise<void>;

const minuteMs = 60_000;

/** The triggers that wait to resume parked workers, and the clocks beside them. */
export class AutoResume {
  readonly #triggers: () => ResumeTriggers | undefined;
  readonly #newId: () => string;
  readonly #waiting = new Map<string, { readonly triggerId: string; stop: () => void }>();

  constructor(triggers: () => ResumeTriggers | undefined, newId: () => string) {
    this.#triggers = triggers;
    this.#newId = newId;
  }

  /** Only a `trigger` wakes a worker; a timeout counts beside one. Gives what records call `auto_resume_trigger`. */
  begin(context: CallContext, workerId: string, conditions: Value, onTimeout: Timeout): DictValue | undefined {
    const given = isDict(conditions) ? conditions.get("trigger") : undefined;
    if (given === undefined || given === null || !isDict(conditions)) return undefined;
    if (!isDict(given)) throw cannotParse(`expected dict, got ${typeName(given)}`);
    const action = actionOf(conditions);
    const triggers = this.#triggers();
    if (triggers === undefined) throw cannotRegister("this runtime has no triggers");
    const triggerId = `auto_resume_${workerId}_${this.#newId()}`;
    const version = register(triggers, triggerId, workerId, given);
    const entry = { triggerId, stop: (): void => {} };
    this.#waiting.set(workerId, entry);
    const minutes = intAt(dictAt(conditions, "timeout"), "duration_minutes");
    if (minutes !== undefined)
      entry.stop = this.#count(context, minutes * minuteMs, workerId, (own) => onTimeout(own, action, triggerId));
    return record({ id: triggerId, version });
  }

  /** The worker goes on, or has ended: nothing waits for it any more. */
  end(workerId: string): void {
    const entry = this.#waiting.get(workerId);
    if (entry === undefined) return;
    this.#waiting.delete(workerId);
    entry.stop();
    this.#triggers()?.remove(entry.triggerId);
  }

  #count(
    context: CallContext,
    milliseconds: number,
    workerId: string,
    pass: (own: CallContext) => Promise<void>,
  ): () => void {
    const stopped = new AbortController();
    const deadline = new Deadline(context.host.clock, milliseconds, stopped.signal);
    spawnDetached(context as Task, "auto-resume timeout", (own) =>
      own.async(async () => {
        await deadline.passed;
        deadline.cancel();
        if (!stopped.signal.aborted && this.#waiting.has(workerId)) await pass(own);
        return null;
      }),
    );
    return () => stopped.abort();
  }
}

function register(triggers: ResumeTriggers, id: string, workerId: string, trigger: DictValue): number {
  try {
    return triggers.register(id, workerId, trigger);
  } catch (error) {
    if (error instanceof Raise) throw cannotParse(show(error.value).replace(/^Runtime error: /, ""));
    if (error instanceof Error && error.name === "RegistryError") throw cannotRegister(error.message);
    throw error;
  }
}

function cannotParse(problem: string): Raise {
  return runtimeError(`HARN-SUS-007: auto_resume: failed to parse conditions.trigger for registration: ${problem}`);
}

function cannotRegister(problem: string): Raise {
  return runtimeError(`HARN-SUS-007: auto_resume: failed to register trigger: ${problem}`);
}

/** Conditions of `suspend_agent` come as the program wrote them. */
function actionOf(conditions: DictValue): string {
  const action = textAt(dictAt(conditions, "timeout"), "on_timeout") ?? "resume_with_summary";
  if (timeoutActions.includes(action)) return action;
  throw runtimeError(
    `HARN-SUS-008: auto_resume: unsupported conditions.timeout.on_timeout \`${action}\`; expected resume_with_summary, resume_with_input, or fail`,
  );
}
