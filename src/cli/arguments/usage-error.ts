/** The command line itself is wrong: exit status 2, with the usage of the command it was meant for. */
export class UsageError extends Error {
  readonly usage: string | undefined;

  constructor(message: string, usage?: string) {
    super(message);
    this.usage = usage;
  }
}
