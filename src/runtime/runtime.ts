import type { Catalog, EffectBoundary, Host, ServiceSource } from "../builtin/index.ts";
import { type RunEvent, RunEventBus } from "../eventlog/index.ts";
import type { Value } from "../value/index.ts";
import { type CodeMarks, type Compiling, Machine, type Turns } from "../vm/index.ts";

export interface RuntimeOptions {
  readonly host: Host;
  readonly catalog: Catalog;
  readonly boundary: EffectBoundary;
  /** By key name. */
  readonly services: ServiceSource;
  /** Names that programs see without declaring them: `argv`, a pipeline's inputs. */
  readonly globals?: ReadonlyMap<string, Value>;
  /** The same, made when a program first names them. */
  readonly lateGlobals?: ReadonlyMap<string, () => Value>;
  /** Seed of the order in which ready tasks run; first come, first served without it. */
  readonly interleaving?: number;
  /** Where the program's output goes while nobody listens to run events. */
  readonly output: (stream: "stdout" | "stderr", text: string) => void;
  /** When warm functions are compiled to JavaScript; see `Compiling`. */
  readonly compiling?: Compiling;
  /** Makes the program's functions visible to a profiler; see `CodeMarks`. */
  readonly marks?: CodeMarks;
  /** Told of faults that must not stop the program, such as a sink that throws. */
  readonly onFault?: (error: unknown) => void;
  /** How tasks share the thread with the host; real time by default. */
  readonly turns?: Turns;
  /** Told of each event of the run, before anybody else: output is one as well. */
  readonly witness?: (event: RunEvent) => void;
  /** Ends what the services hold: logs, connections, timers. Called once by `close`. */
  readonly release?: () => Promise<void> | void;
}

/**
 * Everything one run may touch, owned by one object: nothing is global to the process, so two runtimes side by side never
 * see each other.
 */
export class Runtime {
  readonly machine: Machine;
  readonly events: RunEventBus;
  readonly host: Host;
  readonly catalog: Catalog;
  readonly #output: RuntimeOptions["output"];
  readonly #witness: RuntimeOptions["witness"];
  readonly #release: RuntimeOptions["release"];
  #isClosed = false;

  constructor(options: RuntimeOptions) {
    this.host = options.host;
    this.catalog = options.catalog;
    this.events = new RunEventBus(options.onFault, options.witness);
    this.#witness = options.witness;
    this.#output = options.output;
    this.#release = options.release;
    this.machine = new Machine({
      catalog: options.catalog,
      host: options.host,
      boundary: options.boundary,
      services: options.services,
      ...(options.interleaving !== undefined && { interleaving: options.interleaving }),
      ...(options.compiling && { compiling: options.compiling }),
      ...(options.marks && { marks: options.marks }),
      write: (stream, text) => this.write(stream, text),
      ...(options.turns && { turns: options.turns }),
    });
    for (const [name, value] of options.globals ?? []) this.machine.globals.set(name, value);
    for (const [name, make] of options.lateGlobals ?? []) this.machine.lateGlobals.set(name, make);
  }

  /** Output of the program: an event for whoever listens, else straight out (run-events §3.1). */
  write(stream: "stdout" | "stderr", text: string): void {
    const event: RunEvent = { event_type: stream, payload: text };
    if (this.events.isListening) return this.events.emit(event);
    this.#witness?.(event);
    this.#output(stream, text);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.events.clear();
    await this.#release?.();
  }
}
