import type { Session } from "./session.ts";

/** Locks the session to a tool mode; the text of the mistake when it is locked to another. */
export function claimToolFormat(session: Session, format: string): string | undefined {
  session.toolFormat ??= format;
  if (session.toolFormat === format) return undefined;
  return `agent session '${session.id}' is locked to tool_format='${session.toolFormat}', but this run requested tool_format='${format}'. Start a new session or fork/reset the transcript before changing tool mode.`;
}
