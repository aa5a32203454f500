/** A lazy, single-pass iterator. How it is pulled is the machine's business (`builtin/iteration.ts`). */
export abstract class IterValue {
  /** Set for good once a pull found the end. */
  exhausted = false;

  get kind(): "iter" {
    return "iter";
  }
}
