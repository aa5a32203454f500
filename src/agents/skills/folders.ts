import type { HostFiles } from "../../builtin/index.ts";
import { boolAt, isDict, isList, list, merged, record, textAt } from "../../llm/fields.ts";
import { type DictValue, Raise, runtimeError, show, type Value } from "../../value/index.ts";
import { splitSkillFile } from "./frontmatter.ts";
import { checkProvenance, type SkillProvenance, type VerifySignature } from "./provenance.ts";

/** A folder that holds skills, each in a folder of its own or the one that lies in it. */
export interface SkillRoot {
  /** `cli`, `env`, `project`, `manifest`, `user`, `package` or `system`. */
  readonly layer: string;
  readonly folder: string;
  /** In front of the ids of its skills. */
  readonly namespace?: string;
}

export interface SkillFolderOptions {
  readonly files: HostFiles;
  /** The highest layer first: the first skill of an id stands for all. */
  readonly roots: readonly SkillRoot[];
  /** Ids that are left out. */
  readonly disabled: ReadonlySet<string>;
  readonly requiresSignatures: boolean;
  /** Ed25519; without it no skill is trusted. */
  readonly verify?: VerifySignature | undefined;
  /** Where the keys of trusted signers lie. */
  readonly signersFolder?: string | undefined;
  /** Reads the YAML of a skill's head. */
  readonly parse: (text: string) => Value;
  readonly warn: (message: string) => void;
}

const textKeys = [
  "short",
  "description",
  "when_to_use",
  "context",
  "agent",
  "model",
  "effort",
  "shell",
  "argument_hint",
];
const listKeys = ["allowed_tools", "paths", "trusted_signers", "trusted_endorsers"];
const flagKeys = ["disable_model_invocation", "user_invocable", "require_signature"];
/** Parts of a head that act, so that only a trusted skill may bring them. */
const trustedKeys = ["hooks", "command", "run"];
const known: ReadonlySet<string> = new Set([...textKeys, ...listKeys, ...flagKeys, "name", ...trustedKeys]);

/**
 * Skills that are kept in folders. What programs get is a registry of cards, without the bodies: a body is read when it is asked for.
 * Only one that trusted people signed brings hooks, and one that demands that is left out without it.
 */
export class SkillFolders {
  readonly registry: DictValue;
  /** What the registry holds, by id. */
  readonly cards: readonly DictValue[];
  /** Skills whose ids a higher layer has, in the order of the layers. */
  readonly shadowed: readonly DictValue[];
  readonly #files: HostFiles;
  readonly #paths = new Map<string, string>();

  constructor(options: SkillFolderOptions) {
    this.#files = options.files;
    const cards = new Map<string, DictValue>();
    const shadowed: DictValue[] = [];
    for (const root of options.roots)
      for (const path of skillFiles(options.files, root.folder)) this.#read(options, root, path, { cards, shadowed });
    this.cards = [...cards.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, card]) => card);
    this.shadowed = shadowed;
    this.registry = record({ _type: "skill_registry", skills: list(this.cards) });
  }

  /** The text of a skill without its head, by id or name; `undefined` when no folder has it. */
  body(id: string): string | undefined {
    const path = this.#paths.get(id);
    return path === undefined ? undefined : splitSkillFile(this.#files.readText(path)).body;
  }

  #read(
    options: SkillFolderOptions,
    root: SkillRoot,
    path: string,
    { cards, shadowed }: { readonly cards: Map<string, DictValue>; readonly shadowed: DictValue[] },
  ): void {
    const { files, warn } = options;
    let fields: DictValue;
    try {
      fields = headOf(splitSkillFile(files.readText(path)).frontmatter, options.parse);
    } catch (error) {
      if (!(error instanceof Raise)) throw error;
      warn(`${path}: ${show(error.value).replace(/^Runtime error: /, "")}`);
      return;
    }
    const folder = files.resolve(path, "..");
    const name = textAt(fields, "name") ?? folder.split(/[\\/]/).at(-1) ?? "";
    const id = root.namespace === undefined ? name : `${root.namespace}/${name}`;
    if (options.disabled.has(id)) return;
    const place = { id, name, source: root.layer, skillFolder: folder, namespace: root.namespace };
    if (cards.has(id)) {
      shadowed.push(cardOf(fields, place));
      return;
    }
    const provenance = provenanceOf(options, path, fields);
    const isTrusted = provenance.status === "verified";
    if (!isTrusted && (options.requiresSignatures || boolAt(fields, "require_signature") === true)) {
      warn(`UnsignedSkillError: skill '${id}' requires a trusted signature: ${provenance.problem ?? ""}`);
      return;
    }
    for (const key of fields.keys()) if (!known.has(key)) warn(`${path}: unknown SKILL.md field \`${key}\``);
    if (!isTrusted && trustedKeys.some((key) => fields.has(key)))
      warn(`skill '${id}': its hooks and commands are left out: ${provenance.problem ?? ""}`);
    const hooks = isTrusted ? fields.get("hooks") : undefined;
    cards.set(id, merged(cardOf(fields, place), record({ hooks, provenance: provenance.dict })));
    this.#paths.set(id, path);
    if (!this.#paths.has(name)) this.#paths.set(name, path);
  }
}

function provenanceOf(options: SkillFolderOptions, path: string, fields: DictValue): SkillProvenance {
  const { files, verify, signersFolder } = options;
  const allowed = (key: string): string[] | undefined => {
    const names = listOf(fields.get(key));
    return isList(names) ? names.toArray().filter((name) => typeof name === "string") : undefined;
  };
  const lists = { signers: allowed("trusted_signers"), endorsers: allowed("trusted_endorsers") };
  return checkProvenance({ files, verify, signersFolder }, path, lists);
}

export function openSkillFolders(options: SkillFolderOptions): SkillFolders {
  return new SkillFolders(options);
}

/** `NAME/SKILL.md` in the folder, or the folder's own. A folder that cannot be read has none. */
function skillFiles(files: HostFiles, folder: string): string[] {
  try {
    const own = files.resolve(folder, "SKILL.md");
    if (files.exists(own)) return [own];
    if (!files.exists(folder)) return [];
    return files
      .list(folder)
      .map(({ name }) => files.resolve(folder, name, "SKILL.md"))
      .filter((path) => files.exists(path))
      .sort();
  } catch {
    return [];
  }
}

/** The head with `_` for `-` in its keys. */
function headOf(text: string, parse: (text: string) => Value): DictValue {
  const given = text.trim() === "" ? record({}) : parse(text);
  if (!isDict(given)) throw runtimeError("SKILL.md frontmatter must be a map");
  const fields = record(
    Object.fromEntries([...given.entries()].map(([key, value]) => [key.replaceAll("-", "_"), value])),
  );
  if ((textAt(fields, "short") ?? "").trim() === "")
    throw runtimeError("SKILL.md frontmatter requires a non-empty `short` field");
  return fields;
}

interface CardPlace {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly skillFolder: string;
  readonly namespace: string | undefined;
}

function cardOf(fields: DictValue, { id, name, source, skillFolder, namespace }: CardPlace): DictValue {
  const lists = listKeys.map((key): [string, Value | undefined] => [key, listOf(fields.get(key))]);
  const plain = [...textKeys, ...flagKeys].map((key): [string, Value | undefined] => [key, fields.get(key)]);
  return record({
    ...Object.fromEntries([...plain, ...lists]),
    description: textAt(fields, "description") ?? textAt(fields, "short") ?? "",
    name,
    id,
    namespace,
    source,
    skill_dir: skillFolder,
  });
}

/** A list, or words with commas between them. */
function listOf(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  const words = value.split(",").map((word) => word.trim());
  return list(words.filter((word) => word !== ""));
}
