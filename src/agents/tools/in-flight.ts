import type { HostClock, Stop } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import type { CalledTool } from "./dispatch.ts";

/** Thrown inside of a dispatch whose call somebody ended. */
export class CancelledTool extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** One call of a tool while it runs. */
export class Flight {
  readonly sessionId: string | undefined;
  readonly call: CalledTool;
  readonly #flights: Set<Flight>;
  /** Told when the call is cancelled. Most are not, and a controller of the platform costs as much as the rest of a flight. */
  readonly #stops = new Set<() => void>();
  #reason: string | undefined;
  #stop: ((error: CancelledTool) => void) | undefined;
  readonly #watchers: (() => void)[] = [];

  constructor(flights: Set<Flight>, sessionId: string | undefined, call: CalledTool) {
    this.#flights = flights;
    this.sessionId = sessionId;
    this.call = call;
    flights.add(this);
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  /** Ends the program's part of the work when the call is cancelled. */
  get signal(): Stop {
    const stops = this.#stops;
    const isCancelled = (): boolean => this.#reason !== undefined;
    return {
      get aborted() {
        return isCancelled();
      },
      addEventListener: (_kind, listener) => void stops.add(listener),
      removeEventListener: (_kind, listener) => void stops.delete(listener),
    };
  }

  /** The result of the tool's work, or the cancellation if that comes first. */
  race(work: Promise<Value>): Promise<Value> {
    if (this.#reason !== undefined) return Promise.reject(new CancelledTool(this.#reason));
    return new Promise((resolve, reject) => {
      this.#stop = reject;
      work.then(resolve, reject);
    });
  }

  cancel(reason: string): void {
    this.#reason = reason;
    this.#stop?.(new CancelledTool(reason));
    for (const stop of [...this.#stops]) stop();
    this.#stops.clear();
  }

  end(): void {
    this.#flights.delete(this);
    for (const watch of this.#watchers) watch();
  }

  /** Whether the call is over before so many milliseconds of the clock have passed. */
  ended(clock: HostClock, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancelTimer = clock.schedule(timeoutMs, () => resolve(false));
      this.#watchers.push(() => {
        cancelTimer();
        resolve(true);
      });
    });
  }
}

/** The tool calls of a runtime that run now. */
export class ToolsInFlight {
  readonly #flights = new Set<Flight>();

  begin(sessionId: string | undefined, call: CalledTool): Flight {
    return new Flight(this.#flights, sessionId, call);
  }

  find(sessionId: string, callId: string): Flight | undefined {
    for (const flight of this.#flights) if (flight.sessionId === sessionId && flight.call.id === callId) return flight;
    return undefined;
  }
}
