import {
  checkProvenance,
  openSkillFolders,
  type SkillFolders,
  type SkillProvenance,
  splitSkillFile,
} from "../../agents/index.ts";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { createNodeHost } from "../../host/node/index.ts";
import { read } from "../../packages/skill-signing.ts";
import { skillRoots } from "../../program/skill-folders.ts";
import { readYaml } from "../../stdlib/late.ts";
import { DictValue, Raise } from "../../value/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";

/** The skills that programs started here would find, each folder's with the ones it hides. */
export function resolvedSkills(invocation: Invocation, { cwd, output }: CommandContext): SkillFolders {
  const host = createNodeHost({ cwd });
  const { files } = host;
  const from = files.resolve(invocation.text("from") ?? ".");
  const { disabled, roots } = skillRoots(host, from, invocation.texts("skill-dir"));
  return openSkillFolders({
    files,
    roots,
    disabled,
    requiresSignatures: false,
    verify: nodeAsymmetricCrypto.ed25519Verify,
    signersFolder: signersFolder(cwd),
    parse: readYaml,
    warn: (message) => output.write("stderr", `warning: ${message}\n`),
  });
}

/** Where the keys of those lie whose signatures count on this machine. */
export function signersFolder(cwd: string): string {
  const { files } = createNodeHost({ cwd });
  if (files.homeFolder === undefined)
    throw new CommandFailure("no_home", "there is no home folder: trusted signers are kept in ~/.harn/trusted-signers");
  return files.resolve(files.homeFolder, ".harn", "trusted-signers");
}

/** Who stands behind the skill at `path`, by its own lists and this machine's trusted signers. */
export function provenanceAt(path: string, cwd: string): SkillProvenance {
  const { files } = createNodeHost({ cwd });
  const head = headOf(splitSkillFile(read(path).toString("utf8")).frontmatter);
  const names = (key: string): string[] | undefined => {
    const listed = head?.get(key) ?? head?.get(key.replaceAll("_", "-"));
    if (typeof listed === "string") return listed.split(",").map((name) => name.trim());
    return listed === undefined || listed === null ? undefined : textsOf(listed);
  };
  const lists = { signers: names("trusted_signers"), endorsers: names("trusted_endorsers") };
  const { ed25519Verify: verify } = nodeAsymmetricCrypto;
  return checkProvenance({ files, verify, signersFolder: signersFolder(cwd) }, path, lists);
}

function headOf(text: string): DictValue | undefined {
  try {
    const head = text.trim() === "" ? undefined : readYaml(text);
    return head instanceof DictValue ? head : undefined;
  } catch (error) {
    if (error instanceof Raise) return undefined;
    throw error;
  }
}

function textsOf(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null || !("toArray" in value)) return undefined;
  return (value as { toArray(): readonly unknown[] }).toArray().filter((item) => typeof item === "string");
}
