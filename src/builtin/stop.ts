/** Something that may be asked to end: an `AbortSignal` is one. */
export interface Stop {
  readonly aborted: boolean;
  addEventListener(kind: "abort", listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(kind: "abort", listener: () => void): void;
}
