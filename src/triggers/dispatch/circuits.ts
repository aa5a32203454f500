interface Circuit {
  failures: number;
  openUntil: number | undefined;
}

const tripsAfter = 5;
const openForMs = 60_000;

/** Destinations that keep failing are left alone for a while. Times are monotonic milliseconds. */
export class DestinationCircuits {
  readonly #circuits = new Map<string, Circuit>();

  /** Milliseconds until the destination may be tried again; undefined when it may be now. */
  waitFor(destination: string, now: number): number | undefined {
    const until = this.#circuits.get(destination)?.openUntil;
    return until === undefined || until <= now ? undefined : until - now;
  }

  succeeded(destination: string): void {
    this.#circuits.delete(destination);
  }

  /** True when this failure opened the circuit. */
  failed(destination: string, now: number): boolean {
    const circuit = this.#circuits.get(destination) ?? { failures: 0, openUntil: undefined };
    this.#circuits.set(destination, circuit);
    circuit.failures++;
    if (circuit.failures < tripsAfter) return false;
    circuit.openUntil = now + openForMs;
    return true;
  }

  get threshold(): number {
    return tripsAfter;
  }
}
