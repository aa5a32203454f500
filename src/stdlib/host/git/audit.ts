import { serviceKey } from "../../../builtin/index.ts";
import type { DictValue } from "../../../value/index.ts";

export interface GitAudit {
  receipt(receipt: DictValue, headers: Readonly<Record<string, string>>): void;
}

/** Where receipts of git operations go; nowhere, unless a runtime keeps a log. */
export const gitAudit = serviceKey<GitAudit>("git audit", () => ({ receipt: () => {} }));
