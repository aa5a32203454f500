import type { Attribute, AttributeValue } from "../../syntax/index.ts";
import { type CapabilityName, capabilityNames } from "./capability.ts";

/** An `@invariant("name", …)` that is understood. */
export type InvariantSetting =
  | { readonly name: "fs.writes"; readonly globs: readonly string[] }
  | { readonly name: "budget.remaining"; readonly target: string }
  | { readonly name: "approval.reachability" }
  | { readonly name: "capability.policy"; readonly allowed: ReadonlySet<CapabilityName> };

/** One that is not, under the name that a finding carries. */
export interface BadSetting {
  readonly name: string;
  readonly problem: string;
  readonly hint: string;
}

const canonicalNames: Readonly<Record<string, InvariantSetting["name"]>> = {
  "fs.writes": "fs.writes",
  writes: "fs.writes",
  "budget.remaining": "budget.remaining",
  budget: "budget.remaining",
  "approval.reachability": "approval.reachability",
  approval: "approval.reachability",
  "capability.policy": "capability.policy",
  capabilities: "capability.policy",
};

/** `fs_writes` and `writes` are `fs.writes`. */
export function canonicalName(name: string): InvariantSetting["name"] | undefined {
  return canonicalNames[name.replaceAll("_", ".")];
}

const exampleHint = 'for example: `@invariant("fs.writes", "src/**")`';

export function readSetting({ arguments: given }: Attribute): InvariantSetting | BadSetting {
  const values = given.map(({ name, value }) => ({ key: name?.text, texts: textsOf(value) }));
  if (values.some(({ texts }) => texts === undefined)) {
    return {
      name: "invariant",
      problem: "`@invariant(...)` arguments must be strings, identifiers, numbers, bools, nil, or lists of them",
      hint: "use strings for invariant names and configuration values",
    };
  }
  const under = (...keys: readonly (string | undefined)[]): readonly string[] =>
    values.filter(({ key }) => keys.includes(key)).flatMap(({ texts }) => texts ?? []);
  const positional = under(undefined);
  const named = under("name")[0];
  const name = named ?? positional[0];
  const rest = named === undefined ? positional.slice(1) : positional;
  if (name === undefined) {
    return {
      name: "invariant",
      problem: "`@invariant(...)` requires an invariant name as the first positional argument or `name:`",
      hint: exampleHint,
    };
  }
  const known = canonicalName(name);
  switch (known) {
    case "fs.writes": {
      const globs = [...rest, ...under("path_glob", "glob", "allow")];
      if (globs.length > 0) return { name: known, globs };
      return { name: known, problem: "`fs.writes` requires at least one allowed path glob", hint: exampleHint };
    }
    case "budget.remaining":
      return { name: known, target: under("target")[0] ?? rest[0] ?? "budget.remaining" };
    case "approval.reachability":
      return { name: known };
    case "capability.policy":
      return policy([...rest, ...under("allow")]);
    case undefined:
      return {
        name,
        problem: `unknown invariant \`${name}\``,
        hint: "known invariants are `fs.writes`, `budget.remaining`, `approval.reachability`, and `capability.policy`",
      };
  }
}

/** A list in one text, separated by commas, is a list. */
function policy(given: readonly string[]): InvariantSetting | BadSetting {
  const name = "capability.policy";
  const words = given.flatMap((text) => text.split(",").map((word) => word.trim())).filter((word) => word !== "");
  const known = capabilityNames.map((word) => `\`${word}\``);
  const hint = `known capabilities are ${known.slice(0, -1).join(", ")}, and ${known.at(-1)}`;
  if (words.length === 0) return { name, problem: "`capability.policy` requires an `allow:` capability list", hint };
  const allowed = words.map((word) => capabilityNames.find((each) => each === word || each.split(".")[0] === word));
  const index = allowed.indexOf(undefined);
  if (index >= 0) return { name, problem: `unknown capability \`${words[index]}\` in \`capability.policy\``, hint };
  return { name, allowed: new Set(allowed.filter((each) => each !== undefined)) };
}

function textsOf(value: AttributeValue): readonly string[] | undefined {
  switch (value.kind) {
    case "string":
    case "int":
    case "float":
    case "bool":
      return [String(value.value)];
    case "word":
      return [value.text];
    case "nil":
      return [];
    case "list": {
      const items = value.items.map(textsOf);
      return items.every((item) => item !== undefined) ? items.flat() : undefined;
    }
    default:
      return undefined;
  }
}
