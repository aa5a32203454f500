import type { Block } from "../syntax/index.ts";
import type { Flow } from "./function-builder.ts";

/**
 * What calling a function with this body gives: its result, or a generator when a `yield` stands anywhere in it outside
 * of functions of its own. Declared streams say so themselves.
 */
export function flowOf(body: Block): Flow {
  return containsYield(body) ? "generator" : "plain";
}

function containsYield(node: object): boolean {
  for (const [field, child] of Object.entries(node)) {
    if (field === "span" || typeof child !== "object" || child === null) continue;
    const kind = (child as { kind?: unknown }).kind;
    if (kind === "yield") return true;
    if (kind !== undefined && ownsItsYields.has(kind as string)) continue;
    if (containsYield(child as object)) return true;
  }
  return false;
}

const ownsItsYields: ReadonlySet<string> = new Set([
  "closure",
  "function",
  "spawn",
  "parallel",
  "pipeline",
  "tool",
  "impl",
]);
