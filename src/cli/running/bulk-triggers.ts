import { valueOfJson } from "../../eventlog/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { compileProgram, standardCatalog } from "../../program/index.ts";
import { type Lineage, lineageViews, readLineages } from "../../triggers/index.ts";
import { truthy } from "../../value/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import type { ProjectRuntime } from "./project-runtime.ts";

/** The events of the log that a filter accepts: an expression over `event`, `binding`, `attempt`, `outcome` and `audit`. */
export async function selectLineages({ machine, task, triggers }: ProjectRuntime, filter: string): Promise<Lineage[]> {
  const entry = {
    path: "<filter>",
    text: `fn accepts(event, binding, attempt, outcome, audit) { return (${filter}) }`,
  };
  const program = compileProgram(entry, { reader: nodeModuleReader(), catalog: standardCatalog });
  const [problem] = [...program.diagnostics.filter(({ severity }) => severity === "error"), ...program.problems];
  if (program.hasErrors)
    throw new CommandFailure("trigger.filter", `--where '${filter}' is no expression: ${problem?.message ?? ""}`);
  const module = await machine.load(program.modules);
  const accepts = module.slots[module.code.slotNames.indexOf("accepts")] ?? null;
  const chosen: Lineage[] = [];
  for (const lineage of await readLineages(triggers.log.getOrCreate())) {
    const { attempt, audit, binding, event, outcome } = lineageViews(lineage);
    const views = [event, binding, attempt, outcome, audit].map(valueOfJson);
    if (truthy(await task.callAsync(accepts, views))) chosen.push(lineage);
  }
  return chosen;
}

/** Who asks, for the records that say so. */
export function operatorName({ environment }: CommandContext): string {
  return environment.USER ?? environment.LOGNAME ?? "operator";
}

/** How fast a bulk operation goes, and what is told of it meanwhile (`--rate-limit`, `--progress`). */
export class Pace {
  readonly #context: CommandContext;
  readonly #operation: string;
  readonly #total: number;
  readonly #isTold: boolean;
  readonly #gapMs: number;
  readonly #counts = { succeeded: 0, failed: 0, skipped: 0 };
  #begun = 0;

  constructor(invocation: Invocation, context: CommandContext, operation: string, total: number) {
    this.#context = context;
    this.#operation = operation;
    this.#total = total;
    this.#isTold = invocation.has("progress");
    this.#gapMs = gapOf(invocation.text("rate-limit"));
  }

  /** Until the next operation may begin; the first one may at once. */
  async wait(): Promise<void> {
    if (this.#begun++ > 0 && this.#gapMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#gapMs));
  }

  done(how: "succeeded" | "failed" | "skipped"): void {
    this.#counts[how]++;
    if (!this.#isTold) return;
    const { failed, skipped, succeeded } = this.#counts;
    const at = succeeded + failed + skipped;
    this.#context.output.write(
      "stderr",
      `[harn] trigger ${this.#operation} progress ${at}/${this.#total} succeeded=${succeeded} failed=${failed} skipped=${skipped}\n`,
    );
  }
}

function gapOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const rate = Number(text);
  if (!(rate > 0)) throw new UsageError(`invalid value '${text}' for '--rate-limit': expected a number above 0`);
  return 1000 / rate;
}
