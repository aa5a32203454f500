import type { IterValue } from "./iter.ts";
import type { Value } from "./value.ts";

/**
 * A value that stands for something with identity and life: a channel, a task, a generator, a harness handle. Subclasses
 * live where the thing lives.
 */
export abstract class HandleValue {
  get kind(): "handle" {
    return "handle";
  }

  /** What `type_of` answers: `channel`, `task_handle`, `HarnessFs` … */
  abstract readonly typeName: string;

  /** Display form, such as `<channel:name>`. */
  abstract show(): string;

  /** `x.name`; `undefined` when this kind has no properties at all. */
  property(_name: string): Value | undefined {
    return undefined;
  }

  /** For `iter(x)` and iterator stages; `undefined` when this kind cannot be looped over. */
  iterator(): IterValue | undefined {
    return undefined;
  }

  /** What a message about an unknown property lists. */
  memberNames(): readonly string[] {
    return [];
  }

  /** `drop(x)`: let go of whatever is held. */
  drop(): void {}

  /** `==`: never by default, not even to itself, as most handles of the language. */
  equals(_other: Value): boolean {
    return false;
  }
}
