/**
 * Ends a task from outside: thrown into it where it stands. It runs `finally` and `defer` blocks on its way out and no
 * `catch` stops it.
 */
export class Unwind {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}
