import {
  bindBuiltin,
  type CallContext,
  Catalog,
  type CatalogPart,
  type Host,
  type NativeFunction,
  type Outcome,
  type ServiceKey,
  SUSPENDED,
  unguarded,
  type Waker,
} from "../../../builtin/index.ts";
import { nodeAsymmetricCrypto } from "../../../host/node/asymmetric.ts";
import { nodeEncryption } from "../../../host/node/authenticated-encryption.ts";
import { nodeCompression } from "../../../host/node/compression.ts";
import { nodeDigests } from "../../../host/node/digests.ts";
import { nodeRegexEngine } from "../../../host/node/regex-engine.ts";
import { type MemoryHost, type MemoryHostOptions, memoryHost } from "../../../host/testing/index.ts";
import { BuiltinValue, DictValue, ListValue, Raise, show, type Value } from "../../../value/index.ts";
import { lateStdlib } from "../../late.ts";
import { hostStdlib, stdioCatalog } from "../index.ts";
import { createHostServices, type HostServicesOptions } from "../services.ts";

export interface BenchOptions extends MemoryHostOptions {
  readonly services?: HostServicesOptions;
  /** What the values of `callable(name)` do when they are called. */
  readonly callables?: Readonly<Record<string, (...args: Value[]) => Value>>;
  /** Parts that take the place of the host's own, such as restricted ones. */
  readonly parts?: (host: MemoryHost) => Partial<Host>;
  /** Builtins of the pure half that a test wants as well. */
  readonly pure?: readonly CatalogPart[];
}

/** Calls builtins by name as a machine would, on a host in memory: one task, without a program. */
export class Bench {
  readonly host: MemoryHost;
  readonly written = { stdout: "", stderr: "" };
  readonly #catalog: Catalog;
  readonly #bound = new Map<string, NativeFunction>();
  readonly #context: CallContext;
  readonly #controller = new AbortController();
  #waiting: Promise<Value> | undefined;

  constructor(options: BenchOptions = {}) {
    this.#catalog = new Catalog([stdioCatalog, ...hostStdlib, lateStdlib, ...(options.pure ?? [])]);
    this.host = memoryHost(options);
    const created = createHostServices(
      { ...this.host, ...options.parts?.(this.host) },
      {
        regexEngine: nodeRegexEngine(),
        asymmetricCrypto: nodeAsymmetricCrypto,
        compression: nodeCompression,
        encryption: nodeEncryption,
        digests: nodeDigests,
        ...options.services,
      },
    );
    this.#context = this.#makeContext(created, options.callables ?? {});
  }

  /** Starts a call without waiting for it to end. */
  start(name: string, ...args: Value[]): Promise<Value> {
    return this.#finish(() => this.#function(name)(this.#context, ...args));
  }

  /** The value of a call that answers at once. */
  now(name: string, ...args: Value[]): Value {
    const outcome = this.#function(name)(this.#context, ...args);
    if (outcome === SUSPENDED) throw new Error(`${name} suspended`);
    return outcome;
  }

  /** The display form of a call's value, or of its error behind `!!`. */
  async shown(name: string, ...args: Value[]): Promise<string> {
    try {
      return show(await this.start(name, ...args));
    } catch (error) {
      if (error instanceof Raise) return `!! ${show(error.value)}`;
      throw error;
    }
  }

  /** Ends the task. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  service<T>(key: ServiceKey<T>): T {
    return this.#context.service(key);
  }

  #function(name: string): NativeFunction {
    const known = this.#bound.get(name);
    if (known !== undefined) return known;
    const builtin = this.#catalog.builtins.get(name);
    if (builtin === undefined) throw new Error(`no builtin ${name}`);
    const bound = bindBuiltin(builtin, unguarded);
    this.#bound.set(name, bound);
    return bound;
  }

  async #finish(call: () => Outcome): Promise<Value> {
    const outcome = call();
    return outcome === SUSPENDED ? await (this.#waiting as Promise<Value>) : outcome;
  }

  #makeContext(
    { host, services }: ReturnType<typeof createHostServices>,
    callables: NonNullable<BenchOptions["callables"]>,
  ): CallContext {
    const noCalls = (): never => {
      throw new Error("a bench runs no programs");
    };
    const suspend = (promise: PromiseLike<Value>): typeof SUSPENDED => {
      this.#waiting = Promise.resolve(promise);
      return SUSPENDED;
    };
    const scope = new Map<ServiceKey<unknown>, unknown>();
    const made = new Map(services);
    const service = <T>(key: ServiceKey<T>): T => {
      if (!made.has(key) && key.make !== undefined) made.set(key, key.make({ service }));
      if (!made.has(key)) throw new Error(`no service ${key.name}`);
      return made.get(key) as T;
    };
    return {
      host,
      scoped: <T>(key: ServiceKey<T>) => scope.get(key) as T | undefined,
      setScoped: (key, value) => scope.set(key, value),
      service,
      call0: noCalls,
      call1: noCalls,
      call2: noCalls,
      call: noCalls,
      callAsync: async (callee, args) => {
        const act = callee instanceof BuiltinValue ? callables[callee.name] : undefined;
        return act === undefined ? noCalls() : act(...args);
      },
      resumeWith: noCalls,
      wait: suspend,
      async: (body) => suspend(body()),
      park: () => {
        let waker: Waker = { wake: () => {}, fail: () => {} };
        suspend(
          new Promise<Value>((wake, fail) => {
            waker = { wake, fail };
          }),
        );
        return waker;
      },
      signal: this.#controller.signal,
      taskId: "task",
      write: (stream, text) => {
        this.written[stream] += text;
      },
    };
  }
}

/** Plain data as values. */
export function value(data: unknown): Value {
  if (Array.isArray(data)) return new ListValue(data.map(value));
  if (typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype) {
    return new DictValue(new Map(Object.entries(data).map(([key, item]) => [key, value(item)])));
  }
  return data as Value;
}

/** A value that can be called, if the bench knows what it does. */
export function callable(name: string): Value {
  return new BuiltinValue(name);
}
