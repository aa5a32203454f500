import {
  bindBuiltin,
  type Catalog,
  type EffectBoundary,
  type Host,
  type NativeFunction,
  type Outcome,
  type ServiceKey,
  type ServiceSource,
} from "../builtin/index.ts";
import type { FunctionCode, ModuleCode } from "../bytecode/index.ts";
import { BuiltinValue, type Value } from "../value/index.ts";
import { CodeMemories, sharedMemories } from "./code-memory.ts";
import { Interrupts } from "./concurrency/interrupts.ts";
import { SharedRegistries } from "./concurrency/registries.ts";
import { Coroutine } from "./coroutine.ts";
import { DeadlockWatch } from "./deadlock.ts";
import { alwaysHot, type Heat, usualHeat } from "./heat.ts";
import { HostCall } from "./host-call.ts";
import { interleavingOf } from "./interleaving.ts";
import { interpreter } from "./interpreter.ts";
import type { CodeMarks } from "./jit/code-marks.ts";
import { LateCompiler } from "./late-compiler.ts";
import { late } from "./late-modules.ts";
import type { Compiler } from "./linked-function.ts";
import { LinkedModule } from "./linked-module.ts";
import { Scheduler } from "./scheduler.ts";
import { Task } from "./task.ts";
import { rootIdentity } from "./task-identity.ts";
import type { Tier } from "./tier.ts";
import type { Turns } from "./turns.ts";

export interface MachineOptions {
  readonly catalog: Catalog;
  readonly host: Host;
  readonly boundary: EffectBoundary;
  /** Services by key name. */
  readonly services: ServiceSource;
  readonly write: (stream: "stdout" | "stderr", text: string) => void;
  readonly compiling?: Compiling;
  /** Makes the program's functions visible to a profiler of the JavaScript engine. */
  readonly marks?: CodeMarks;
  /** How tasks share the thread with the host; real time by default. */
  readonly turns?: Turns;
  /** Ready tasks run in an order that this number decides, instead of first come, first served: to find and repeat races. */
  readonly interleaving?: number;
}

/**
 * When warm functions are compiled to JavaScript: once it pays; at once, which tests want; or never, for a host whose policy
 * forbids it and that does not want to be asked; or at a heat of its own. A host that refuses is noticed in any case.
 */
export type Compiling = "warm" | "always" | "never" | Heat;

const heats = { warm: usualHeat, always: alwaysHot, never: undefined } as const;

/** One machine: builtins bound to one host and one effect boundary, modules by path, and the tasks that run. */
export class Machine {
  readonly catalog: Catalog;
  readonly host: Host;
  readonly scheduler: Scheduler;
  /** What runs frames. */
  readonly tier: Tier;
  /** Named locks, shared cells and the like: what the tasks of this machine find by name. */
  readonly shared = new SharedRegistries();
  readonly interrupts = new Interrupts();
  readonly deadlocks = new DeadlockWatch(this);
  /** Names that no program declares, beside the catalogue's: what the embedder sets. */
  readonly globals = new Map<string, Value>();
  /** Globals that cost something: made when a program first names them. */
  readonly lateGlobals = new Map<string, () => Value>();
  readonly write: MachineOptions["write"];
  readonly #boundary: EffectBoundary;
  readonly #services: ServiceSource;
  /** Those that nobody provided and that make themselves. */
  readonly #ownServices = new Map<string, unknown>();
  readonly #natives = new Map<string, NativeFunction>();
  readonly #builtinValues = new Map<string, BuiltinValue>();
  readonly #modules = new Map<string, LinkedModule>();
  readonly #compiler: Compiler | undefined;
  readonly #memories: CodeMemories;
  /** Tasks that nobody but the host waits for, until they are done. */
  readonly #roots = new Set<Task>();

  constructor(options: MachineOptions) {
    this.catalog = options.catalog;
    this.host = options.host;
    this.write = options.write;
    this.scheduler = new Scheduler(options.turns);
    this.#boundary = options.boundary;
    this.#services = options.services;
    const { compiling = "warm" } = options;
    const heat = typeof compiling === "object" ? compiling : heats[compiling];
    const { marks } = options;
    this.tier = marks === undefined ? interpreter : new (late.markedTier().MarkedTier)(interpreter, marks);
    this.#compiler = heat && compilerFor(heat, marks);
    // A run that is recorded is interrupted where it was, which depends on when its functions are compiled: it knows what it has
    // learnt itself and nothing else. The forms of one that is profiled are seen through.
    const isApart = marks !== undefined || options.turns !== undefined;
    this.#memories = isApart ? new CodeMemories(this.catalog, heat) : sharedMemories(this.catalog, heat);
    if (options.interleaving !== undefined) this.scheduler.choose = interleavingOf(options.interleaving);
    this.scheduler.onIdle = () => this.deadlocks.check();
  }

  /** What the embedder set hides what the catalogue has. */
  global(name: string): Value | undefined {
    const value = this.globals.get(name) ?? this.catalog.globals.get(name);
    if (value !== undefined) return value;
    const made = this.lateGlobals.get(name)?.();
    if (made !== undefined) this.globals.set(name, made);
    return made;
  }

  get roots(): ReadonlySet<Task> {
    return this.#roots;
  }

  service<T>(key: ServiceKey<T>): T {
    const service = this.findService(key);
    if (service === undefined) throw new TypeError(`this runtime has no service ${key.name}`);
    return service;
  }

  /** A service that not every runtime has. */
  findService<T>(key: ServiceKey<T>): T | undefined {
    const provided = this.#services.get(key.name) ?? this.#ownServices.get(key.name);
    if (provided !== undefined || key.make === undefined) return provided as T | undefined;
    const made = key.make(this);
    this.#ownServices.set(key.name, made);
    return made;
  }

  /** A builtin ready to call. Bound at its first use: a run uses few of a thousand. */
  native(name: string): NativeFunction {
    let native = this.#natives.get(name);
    if (!native) {
      const builtin = this.catalog.builtins.get(name);
      if (!builtin) throw new TypeError(`no builtin ${name}`);
      native = bindBuiltin(builtin, this.#boundary);
      if (builtin.effect !== "pure" && builtin.isOfMachine !== true) native = withHostCalls(native);
      this.#natives.set(name, native);
    }
    return native;
  }

  /** With a task that runs on its creator's behalf and with its identity. */
  newCoroutine(creator: Task): Coroutine {
    return new Coroutine(new Task(this, creator.identity, { root: creator.root, locals: creator.locals }));
  }

  builtinValue(name: string): BuiltinValue {
    let value = this.#builtinValues.get(name);
    if (!value) this.#builtinValues.set(name, (value = new BuiltinValue(name)));
    return value;
  }

  // ------------------------------------------------------------ programs

  /**
   * Links the modules of a program and declares what they declare; nothing of the program has run yet. Each module is
   * linked once per machine, so that importers share its variables. `watch` gets each task that runs a module's top level.
   */
  async load(
    modules: readonly (readonly [id: string, code: ModuleCode])[],
    watch?: (task: Task) => void,
  ): Promise<LinkedModule> {
    const fresh = modules.filter(([id]) => !this.#modules.has(id));
    for (const [id, code] of fresh)
      this.#modules.set(id, new LinkedModule(code, (name) => this.native(name), this.#memories, this.#compiler));
    for (const [id] of fresh) await this.runRoot(this.module(id), this.module(id).code.declare);
    for (const [id] of fresh) this.#bindImports(this.module(id), false);
    // Importers last: an imported module's variables are ready before they are read.
    for (const [id] of fresh.slice(1).reverse()) {
      this.#bindImports(this.module(id), true);
      await this.runRoot(this.module(id), this.module(id).code.initialize, watch);
    }
    const entry = modules[0] as readonly [string, ModuleCode];
    this.#bindImports(this.module(entry[0]), true);
    return this.module(entry[0]);
  }

  module(id: string): LinkedModule {
    const module = this.#modules.get(id);
    if (!module) throw new TypeError(`module ${id} is not loaded`);
    return module;
  }

  /** Copies imported values. Functions and types are there from the start; tools and skills after their module ran. */
  #bindImports(module: LinkedModule, isComplete: boolean): void {
    for (const { bindings } of module.code.imports) {
      for (const { slot, name, from } of bindings) {
        const source = this.module(from);
        const exported = source.code.exports.get(name);
        const value = exported === undefined ? undefined : source.slots[exported];
        if (value !== undefined) module.slots[slot] = value;
        else if (isComplete && module.slots[slot] === undefined) module.slots[slot] = null;
      }
    }
  }

  runRoot(module: LinkedModule, code: FunctionCode, watch?: (task: Task) => void): Promise<Value> {
    return this.runTask((task) => task.call0(module.rootClosure(code)), watch);
  }

  /**
   * Runs a callable as a task of its own, to its end and that of everything it started. Rejects with a `Raise` or an
   * `ExitRequest`.
   */
  run(callee: Value, args: readonly Value[]): Promise<Value> {
    return this.runTask((task) => task.call(callee, args));
  }

  /** The same for native code; `watch` gets the task before it starts, to interrupt it. */
  runTask(body: (task: Task) => Outcome, watch?: (task: Task) => void): Promise<Value> {
    const task = new Task(this, rootIdentity);
    this.#roots.add(task);
    task.whenDone(() => this.#roots.delete(task));
    watch?.(task);
    return new Promise((resolve, reject) => {
      task.whenDone((completion) =>
        task.whenCleaned(() => (completion.kind === "value" ? resolve(completion.value) : reject(completion.error))),
      );
      task.start(body);
    });
  }
}

/** Gives asynchronous code the call that it belongs to, once that makes a difference to its task. */
function withHostCalls(native: NativeFunction): NativeFunction {
  return (context, ...args) => {
    const needsCall = (context as Task).hasAbandonedCode === true;
    return native(needsCall ? new HostCall(context as Task) : context, ...args);
  };
}

function compilerFor(heat: Heat, marks: CodeMarks | undefined): Compiler {
  return marks === undefined ? new LateCompiler(heat) : new (late.compiler().JavaScriptCompiler)(heat, marks);
}
