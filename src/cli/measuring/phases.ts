/** The phases of a run, in the order in which they come. They are named as other tools know them (cli-and-config §2.1). */
export const phaseNames = ["parse", "typecheck", "bytecode_compile", "run_setup", "run_main"] as const;

export type PhaseName = (typeof phaseNames)[number];

/** Does a part of a run, in the presence of whoever wants to know how long it takes. */
export type Timed = <T>(phase: PhaseName, work: () => T) => T;

/** Nobody wants to know. */
export const untimed: Timed = (_phase, work) => work();

/** How long each phase of a run took: work that is done in several pieces adds up. */
export class PhaseClock {
  readonly #now: () => number;
  readonly #milliseconds = new Map<PhaseName, number>();

  /** `now` in milliseconds, from any point on. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Work that gives a promise takes until that is settled. */
  readonly timed: Timed = (phase, work) => {
    const started = this.#now();
    const end = (): void => void this.#milliseconds.set(phase, this.of(phase) + this.#now() - started);
    let isPending = false;
    try {
      const result = work();
      if (result instanceof Promise) {
        isPending = true;
        // Whoever asked for the work sees how it fails.
        result.then(end, end);
      }
      return result;
    } finally {
      if (!isPending) end();
    }
  };

  of(phase: PhaseName): number {
    return this.#milliseconds.get(phase) ?? 0;
  }

  has(phase: PhaseName): boolean {
    return this.#milliseconds.has(phase);
  }
}
