import type { Task } from "./task.ts";

/** Something that a task holds until it is released; a task that fails or is ended holds nothing any more. */
export interface Holding {
  release(): boolean;
  passTo(task: Task): void;
}
