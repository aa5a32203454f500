/** Names a service of the runtime, with its type. Each key is made once, in the room that defines the service. */
export interface ServiceKey<T> {
  readonly name: string;
  /** Makes the service where it is first asked for and nobody provides another one. */
  readonly make?: (services: ServiceFinder) => T;
}

/** The services that a service is made of. */
export interface ServiceFinder {
  service<T>(key: ServiceKey<T>): T;
}

export function serviceKey<T>(name: string, make?: (services: ServiceFinder) => T): ServiceKey<T> {
  return { name, ...(make && { make }) };
}

/** Where a machine finds services by the name of their key. */
export interface ServiceSource {
  get(name: string): unknown;
}

/** The services of one runtime. Each is made when it is first asked for: a program uses few of them. */
export class Services implements ServiceSource {
  readonly #makers = new Map<string, () => unknown>();
  readonly #made = new Map<string, unknown>();

  provide<T>(key: ServiceKey<T>, make: () => T): this {
    this.#makers.set(key.name, make);
    return this;
  }

  get(name: string): unknown {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const service = this.#makers.get(name)?.();
    if (service !== undefined) this.#made.set(name, service);
    return service;
  }

  use<T>(key: ServiceKey<T>): T {
    const service = this.get(key.name);
    if (service === undefined) throw new TypeError(`this runtime has no service ${key.name}`);
    return service as T;
  }

  /** The service if anything has asked for it yet. */
  madeBefore<T>(key: ServiceKey<T>): T | undefined {
    return this.#made.get(key.name) as T | undefined;
  }
}
