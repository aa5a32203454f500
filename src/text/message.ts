/** What a JavaScript fault says, without where it happened. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
