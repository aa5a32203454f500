/** A command could not do its work, for a reason outside of us: `error: …` on standard error, or an envelope, and exit status 1. */
export class CommandFailure extends Error {
  /** For programs: `read_failed` … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
