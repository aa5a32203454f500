import { isJsonArray, isJsonObject, type Json } from "../json.ts";

// Phrases by which a text tries to take over whoever reads it. Fixed shapes only: a model-backed classifier is `std/channel_guardrails`.
const signatures: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["instruction_override", /\bignore\s+(all\s+)?(the\s+)?(previous|prior|above)\s+instructions\b/i],
  ["instruction_override", /\bdisregard\s+(all\s+)?(the\s+)?(previous|prior|above)\s+(instructions|prompts)\b/i],
  ["instruction_override", /\bforget\s+(all|everything)\s+(previous|prior|above)\b/i],
  ["role_redefinition", /\byou\s+are\s+now\s+(an?\s+)?(different|new|unrestricted)\b/i],
  ["role_redefinition", /\byou\s+are\s+no\s+longer\s+(bound|limited|restricted)\b/i],
  ["role_redefinition", /\bact\s+as\s+(if\s+)?(there\s+are\s+)?no\s+(guardrails|restrictions|rules)\b/i],
  ["role_redefinition", /\bDAN\s+mode\b|\bBEGIN\s+(JAILBREAK|OVERRIDE)\b/i],
  ["system_prompt_spoof", /<\s*\/?\s*system\s*>|\bsystem\s*[:>]\s*you\s+are\b/i],
  ["data_exfil_request", /\b(exfiltrate|leak|print|reveal)\s+(the\s+)?(system\s+)?prompt\b/i],
];

/** The name of the first signature that a payload holds, in its texts or its keys. */
export function findInjection(payload: Json): string | undefined {
  if (typeof payload === "string") return signatures.find(([, pattern]) => pattern.test(payload))?.[0];
  if (isJsonArray(payload)) return firstIn(payload);
  if (!isJsonObject(payload)) return undefined;
  return firstIn(Object.entries(payload).flatMap(([key, value]) => (value === undefined ? [key] : [key, value])));
}

function firstIn(parts: readonly Json[]): string | undefined {
  for (const part of parts) {
    const found = findInjection(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
