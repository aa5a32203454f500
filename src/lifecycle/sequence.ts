/** Numbers audit entries and handoff envelopes of one run in the order they came: 1, 2, 3 … */
export class Sequence {
  #last = 0;

  next(): number {
    return ++this.#last;
  }

  restart(): void {
    this.#last = 0;
  }
}
