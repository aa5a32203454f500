/** The default of an exhaustive switch: the compiler rejects a call that can be reached. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`);
}
