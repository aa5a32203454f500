/** How warm a function has to be before it is compiled. */
export interface Heat {
  /** Calls until the function is compiled. */
  readonly calls: number;
  /** Back edges until the loop goes on compiled. */
  readonly loops: number;
  /** Resumptions at one place until it goes on compiled from there. */
  readonly resumptions: number;
}

/** What warms a function up enough to be worth a millisecond of compiling. */
export const usualHeat: Heat = { calls: 60, loops: 400, resumptions: 16 };

/** Compiles at the first call, the first back edge and the first resumption: for tests that want every tier to be seen. */
export const alwaysHot: Heat = { calls: 0, loops: 0, resumptions: 0 };
