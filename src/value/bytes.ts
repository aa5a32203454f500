/** Immutable bytes: nobody writes to the array after construction. */
export class BytesValue {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get kind(): "bytes" {
    return "bytes";
  }
}
