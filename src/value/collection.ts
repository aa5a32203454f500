/**
 * What lists, dicts, sets and structs share: value semantics without copying.
 *
 * A collection is a header over a backing store. Programs never see two names for one mutable thing, so a header may be
 * written in place as long as only one name can reach it. The rules:
 *
 * C1. `shared` is set when a second path to the header may exist: it is bound to another name, passed, captured, stored in a
 *     container, or read out of one. Nothing ever clears it.
 * C2. A write to a shared header copies the backing into a new header, which the writer keeps.
 * C3. A collection inside another may be written in place only while `owner` is its container's backing and it is not
 *     shared. A copied container has a new backing, so what it holds is copied at the first write through it.
 * C4. Whoever moves elements out of a collection without going through a shared header marks that header shared first.
 * C5. Whoever passes or returns a collection and never looks at it again hands it over unmarked: what a call of a function
 *     of the program gives, and what such a function is given by the program, is marked or nobody else's.
 *
 * The compiler places C1 for names (op `share`), and takes the mark back where a register is read for the last time (C5).
 * Builtins may keep what they pass to a callback: a function that takes a parameter over marks it then (op `adopt`).
 */
export abstract class Collection {
  shared = false;
  /** The backing store of the container that may write this collection in place, if any. */
  owner: object | undefined = undefined;

  /** The object whose identity stands for this collection's exclusive hold on its elements. */
  abstract get backing(): object;

  /** What it holds, in no particular order. */
  protected abstract elements(): Iterable<unknown>;

  /** A header of its own over a copied backing: the elements are shared with the original, one level deep. */
  abstract copy(): Collection;

  /**
   * Makes it safe to move the elements elsewhere (C4): each becomes shared, unless this header already is. Cheaper than
   * sharing the header where the elements are walked anyway, since a later write here then copies nothing.
   */
  handOutElements(): void {
    if (this.shared) return;
    for (const element of this.elements()) handOut(element);
  }
}

/** Marks what is being read out of a collection, or given back to a caller that may still hold it (C1). */
export function handOut<T>(value: T): T {
  if (value instanceof Collection) value.shared = true;
  return value;
}
