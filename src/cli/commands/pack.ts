import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { PackError } from "../../packages/pack-error.ts";
import { packProgram } from "../../packages/pack-program.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";

/** Packs a program with everything it imports into one file. */
export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const [entry] = invocation.positionals;
  if (entry === undefined) throw new UsageError("`harn pack` requires an entrypoint");
  if (invocation.has("sign") && invocation.text("key") === undefined)
    throw new UsageError("--sign requires --key <PATH>");
  try {
    const key = invocation.text("key");
    const upgrades = invocation.text("upgrade");
    const packed = packProgram(entry, cwd, {
      excludesSecrets: invocation.has("exclude-secrets"),
      ...(upgrades !== undefined && { upgrades }),
      ...(key === undefined ? {} : { privatePem: keyText(key, cwd) }),
    });
    const target = invocation.text("out") ?? entry.replace(/\.harn$/, ".harnpack");
    write(resolve(cwd, target), packed.bytes, target);
    const { bytecode, bytes, hash, manifest } = packed;
    const warnings = packed.skipped.map((path) => ({
      code: "pack.asset_skipped_secret",
      message: `${path} looks like a secret; it is not packed with --exclude-secrets`,
    }));
    if (!invocation.has("json")) {
      for (const { code, message } of warnings) output.write("stderr", `warning[${code}]: ${message}\n`);
      output.write("stdout", `wrote ${target} (${bytes.length} bytes, bundle_hash ${hash})\n`);
      return 0;
    }
    const { packages } = manifest.sbom;
    const data = {
      bundle_hash: hash,
      output_path: target,
      size_bytes: bytes.length,
      signature: {
        algorithm: manifest.signature?.algorithm ?? null,
        key_id: manifest.signature?.key_id ?? null,
        present: manifest.signature !== null,
      },
      sbom_summary: {
        components: packages.length,
        stdlib_modules: packages.filter(({ name }) => name.startsWith("std/")).length,
        providers: packages.filter(({ name }) => name.startsWith("provider:")).length,
        tools: 0,
      },
      debug_symbol_metadata: { harnbc_count: bytecode.count, total_bytes: bytecode.bytes },
      manifest,
    };
    output.write("stdout", success(data, { schemaVersion: 2, warnings }));
    return 0;
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    if (!invocation.has("json")) throw new UsageError(error.message);
    output.write("stdout", failure({ code: error.code, message: error.message }, null, { schemaVersion: 2 }));
    return 1;
  }
}

function keyText(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new PackError("pack.sign_key_failed", `cannot read the key ${path}: ${hostError(error).message}`);
  }
}

function write(path: string, bytes: Uint8Array, shown: string): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new CommandFailure("pack.write_failed", `cannot write ${shown}: ${hostError(error).message}`);
  }
}
