import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseExactJson } from "../../eventlog/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { type Receipt, receiptCodec, type VerificationReport, verifyReceipt } from "../../records/index.ts";
import { messageOf } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { receiptCrypto } from "../running/receipt-crypto.ts";

/** Checks the receipt of a run. A receipt that fails gives status 1, in JSON as in text. */
export function execute(invocation: Invocation, { cwd, output }: CommandContext): number {
  const path = invocation.positionals[0] as string;
  const report = verifyReceipt(readReceipt(path, cwd), receiptCrypto);
  if (invocation.has("json")) output.write("stdout", `${JSON.stringify(report, null, 2)}\n`);
  else if (report.verified) output.write("stdout", verifiedText(report));
  else {
    output.write("stdout", failedText(report));
    output.write("stderr", "error: provenance receipt verification failed\n");
  }
  return report.verified ? 0 : 1;
}

function readReceipt(path: string, cwd: string): Receipt {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new CommandFailure("verify.read_failed", `failed to read ${path}: ${hostError(error).message}`);
  }
  try {
    return receiptCodec.read(parseExactJson(text), "");
  } catch (error) {
    const words = messageOf(error);
    throw new CommandFailure("verify.parse_failed", `failed to parse provenance receipt ${path}: ${words}`);
  }
}

function verifiedText({ event_count, event_root_hash, receipt_hash, receipt_id }: VerificationReport): string {
  return `verified receipt=${receipt_id} events=${event_count} receipt_hash=${receipt_hash} event_root_hash=${event_root_hash}\n`;
}

function failedText({ errors, event_count, receipt_id }: VerificationReport): string {
  return `failed receipt=${receipt_id} events=${event_count}\n${errors.map((error) => `  ${error}\n`).join("")}`;
}
