/** What is in scope everywhere: builtins, methods of values, and the capabilities of `harness`. */
import type { Builtin, Catalog, Param } from "../../builtin/index.ts";
import { describeType } from "../../bytecode/index.ts";
import type { ReferenceEntry } from "./entry.ts";

export function catalogEntries(catalog: Catalog): readonly ReferenceEntry[] {
  return [...builtinEntries(catalog), ...methodEntries(catalog), ...capabilityEntries(catalog)];
}

export function builtinSignature({ name, params, returns }: Builtin): string {
  return `${name}(${params.map(parameterText).join(", ")}) -> ${describeType(returns)}`;
}

function parameterText({ name, mode, type }: Param<unknown>): string {
  switch (mode) {
    case "required":
      return `${name}: ${describeType(type)}`;
    case "optional":
      return `${name}?: ${describeType(type)}`;
    case "rest":
      return `...${name}: ${describeType(type)}`;
  }
}

/** Names with two underscores in front are for the library itself, names with a percent sign for what is compiled. */
function builtinEntries({ builtins }: Catalog): ReferenceEntry[] {
  return [...builtins.values()]
    .filter(({ name }) => !/^(?:__|%)/.test(name))
    .map((builtin) => ({
      ...described(builtin),
      kind: "builtin",
      name: builtin.name,
      group: builtin.domain,
      signature: builtinSignature(builtin),
    }));
}

function described({ summary, effect, deprecated, examples }: Builtin) {
  const notes = [
    ...(effect === "pure" ? [] : [`Touches: ${effect}.`]),
    ...(deprecated === undefined ? [] : [`Deprecated: use \`${deprecated}\`.`]),
  ];
  return { description: summary, notes, examples: examples.map(([source, result]) => ({ source, result })) };
}

function methodEntries({ methods }: Catalog): ReferenceEntry[] {
  return [...methods].flatMap(([receiver, table]) =>
    [...table].map(([name, method]) => ({
      kind: "method" as const,
      name,
      group: `methods of ${receiver}`,
      signature: `${receiver}.${name}(${method.params.join(", ")})`,
      description: method.summary,
      notes: name === method.name ? [] : [`Another name of \`${method.name}\`.`],
      examples: [],
    })),
  );
}

function capabilityEntries({ handleMethods, builtins }: Catalog): ReferenceEntry[] {
  return [...handleMethods].flatMap(([handle, table]) => {
    const group = groupOf(handle);
    return [...table].flatMap(([name, target]): ReferenceEntry[] => {
      const builtin = builtins.get(target);
      if (builtin === undefined) return [];
      const full = `${group}.${name}`;
      const { deprecated: _ambient, ...current } = builtin;
      return [
        {
          ...described(current),
          kind: "capability",
          name: full,
          group,
          signature: builtinSignature({ ...builtin, name: full }),
        },
      ];
    });
  });
}

/** `HarnessFs` is reached as `harness.fs`. */
function groupOf(handle: string): string {
  const rest = handle.replace(/^Harness/, "");
  return rest === "" ? "harness" : `harness.${rest.toLowerCase()}`;
}
