/** What a failure was about, as dead letters sort them. The first rule that fits decides (triggers §5.6). */
const rules: readonly (readonly [name: string, fits: (text: string) => boolean])[] = [
  [
    "budget_exhausted",
    (text) => text.includes("budget") && hasOne(text, ["exhaust", "exceeded", "limit", "short-circuit"]),
  ],
  ["handler_timeout", (text) => hasOne(text, ["timeout", "timed out", "deadline", "wall-clock", "wall clock"])],
  [
    "auth_failed",
    (text) =>
      hasOne(text, ["401", "403", "unauthorized", "forbidden", "auth failed", "authentication", "permission denied"]),
  ],
  [
    "provider_5xx",
    (text) =>
      text.includes("provider") && hasOne(text, ["5xx", "500", "502", "503", "504", "upstream", "service unavailable"]),
  ],
  ["predicate_panic", (text) => text.includes("predicate") && hasOne(text, ["panic", "crash", "thrown", "exception"])],
  ["handler_panic", (text) => text.includes("handler") && hasOne(text, ["panic", "crash", "thrown", "exception"])],
  ["handler_panic", (text) => hasOne(text, ["vmerror::thrown", "handler threw"])],
];

export function errorClass(error: string): string {
  const text = error.toLowerCase();
  return rules.find(([, fits]) => fits(text))?.[0] ?? "unknown";
}

function hasOne(text: string, parts: readonly string[]): boolean {
  return parts.some((part) => text.includes(part));
}
