export { cannotFormat, wouldReformatCode } from "./diagnostics.ts";
export { type Formatted, format } from "./format.ts";
export { defaultFormatOptions, type FormatOptions } from "./options.ts";
