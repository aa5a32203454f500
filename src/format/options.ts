/** What `[fmt]` of the manifest and the flags of `harn fmt` decide. */
export interface FormatOptions {
  /** Longest line that is not wrapped, in bytes of UTF-8. */
  readonly lineWidth: number;
  /** Length of a section bar; 0 makes it as long as a line. */
  readonly separatorWidth: number;
}

export const defaultFormatOptions: FormatOptions = { lineWidth: 100, separatorWidth: 0 };
