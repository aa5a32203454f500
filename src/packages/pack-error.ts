/** A program that cannot be packed. */
export class PackError extends Error {
  override readonly name = "PackError";
  /** `entrypoint.not_found` … */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
