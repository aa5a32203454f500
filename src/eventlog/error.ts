import { messageOf } from "../text/index.ts";
export type EventLogErrorCategory =
  | "config"
  | "invalid_topic"
  | "invalid_consumer"
  | "io"
  | "serde"
  | "sqlite"
  | "lagged"
  | "closed";

/** A failure of the log. Its message is complete: programs see it behind `event_log: `. */
export class EventLogError extends Error {
  readonly category: EventLogErrorCategory;

  constructor(category: EventLogErrorCategory, message: string, options?: ErrorOptions) {
    super(message, options);
    this.category = category;
  }
}

/** A subscriber was so slow that events it had not seen yet were compacted away. */
export class SubscriberLagged extends EventLogError {
  readonly lastId: number;

  constructor(lastId: number) {
    super("lagged", `subscriber lagged behind after event ${lastId}`);
    this.lastId = lastId;
  }
}

/** Names the step of a backend that failed, with the cause's own words, and the file or folder where they do not name it. */
export function stepError(
  category: EventLogErrorCategory,
  step: string,
  cause: unknown,
  location?: string,
): EventLogError {
  if (cause instanceof EventLogError) return cause;
  const words = messageOf(cause);
  const where = location === undefined || words.includes(location) ? "" : ` (${location})`;
  return new EventLogError(category, `event log ${step} error: ${words}${where}`, { cause });
}
