export { fingerprint } from "./fingerprint.ts";
export { LineMap, type Position } from "./line-map.ts";
export { messageOf } from "./message.ts";
export { nearestName } from "./nearest-name.ts";
export { Source } from "./source.ts";
export { emptySpan, type Span } from "./span.ts";
export { unreachable } from "./unreachable.ts";
export { anything, literal, many, sequence, TextPattern, type Wildcards, withinName } from "./wildcards.ts";
