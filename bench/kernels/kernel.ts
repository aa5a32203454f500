/** One piece of work, written in Harn and by hand in JavaScript. Both give the same answer. */
export interface Kernel {
  readonly name: string;
  /** A program whose pipeline is the work. */
  readonly harn: string;
  readonly js: () => unknown;
}
