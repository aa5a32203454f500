import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import type { ConfigTable, ConfigValue } from "./document.ts";

type Environment = CommandContext["environment"];

interface Variable {
  readonly name: string;
  readonly section: string;
  readonly field: string;
  readonly read: (text: string) => ConfigValue | undefined;
  readonly wants: string;
}

const word = { read: (text: string) => text, wants: "text" };
const whole = { read: (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined), wants: "a whole number" };
const amount = {
  read: (text: string) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined),
  wants: "a number",
};
const flag = { read: readFlag, wants: "true/false, yes/no, on/off, or 1/0" };

/** Variables that set one field each (cli-and-config §6). */
const variables: readonly Variable[] = [
  { name: "HARN_DEFAULT_PROVIDER", section: "models", field: "default_provider", ...word },
  { name: "HARN_DEFAULT_MODEL", section: "models", field: "default_model", ...word },
  { name: "HARN_LOG_LEVEL", section: "logging", field: "level", ...word },
  { name: "HARN_REDACTION_MODE", section: "redaction", field: "mode", ...word },
  { name: "HARN_NETWORK_MODE", section: "limits", field: "network", ...word },
  { name: "HARN_FILESYSTEM_MODE", section: "limits", field: "filesystem", ...word },
  { name: "HARN_SANDBOX_MODE", section: "limits", field: "sandbox", ...word },
  { name: "HARN_RETENTION_DAYS", section: "retention", field: "days", ...whole },
  { name: "HARN_TOKEN_BUDGET", section: "limits", field: "tokens", ...whole },
  { name: "HARN_MAX_CONCURRENCY", section: "limits", field: "concurrency", ...whole },
  { name: "HARN_BUDGET_USD", section: "limits", field: "budget_usd", ...amount },
  { name: "HARN_REPLAY_ENABLED", section: "replay", field: "enabled", ...flag },
];

/** What single variables say. Empty ones say nothing. */
export function environmentFields(environment: Environment): ConfigTable {
  const sections: Record<string, Record<string, ConfigValue>> = {};
  for (const { name, section, field, read, wants } of variables) {
    const text = environment[name] ?? "";
    if (text === "") continue;
    const value = read(text);
    if (value === undefined) throw new UsageError(`invalid config ${name}: expected ${wants}, found \`${text}\``);
    sections[section] = { ...sections[section], [field]: value };
  }
  return sections;
}

function readFlag(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (["true", "yes", "on", "1"].includes(lower)) return true;
  return ["false", "no", "off", "0"].includes(lower) ? false : undefined;
}
