/** Imports that lead nowhere, and names that two of them bring. */
import type { Module, ResolvedImport } from "../../modules/index.ts";
import { nearestName } from "../../text/index.ts";
import type { Tree } from "../tree.ts";
import type { PreflightFinding } from "./finding.ts";

export function* importFindings(module: Module, tree: Tree): Iterable<PreflightFinding> {
  yield* unresolvedImports(module);
  yield* missingNames(module, tree);
  yield* collisions(module);
  yield* reexportConflicts(module);
}

function* unresolvedImports({ imports }: Module): Iterable<PreflightFinding> {
  for (const { target, declaration } of imports) {
    if (target !== undefined) continue;
    yield {
      code: "HARN-MOD-001",
      span: declaration.span,
      message: `unresolved import '${declaration.path}'`,
      hint: "check the path: it is relative to this file, or a package below `.harn/packages`, or a `std/` module",
    };
  }
}

/** The import itself fails when it runs. A name that is called is reported at the call, by the checker. */
function* missingNames({ imports }: Module, tree: Tree): Iterable<PreflightFinding> {
  let called: ReadonlySet<string> | undefined;
  for (const { target, declaration } of imports) {
    if (target === undefined || !isWhole(target)) continue;
    for (const { text, span } of declaration.names ?? []) {
      if (target.importable.has(text)) continue;
      called ??= new Set(tree.of("call").map(({ callee }) => callee.text));
      if (called.has(text)) continue;
      const nearest = nearestName(text, target.importable.keys(), text.length <= 4 ? 1 : 2);
      yield {
        code: "HARN-IMP-002",
        span,
        message: `'${text}' is not defined in '${declaration.path}'`,
        hint: nearest === undefined ? "correct the name, or take it out of the import" : `did you mean \`${nearest}\`?`,
      };
    }
  }
}

/** Whether all is known that a module declares and hands on. */
function isWhole({ diagnostics, imports }: Module): boolean {
  const isLost = imports.some(({ target, declaration }) => declaration.isPublic && target === undefined);
  return !isLost && diagnostics.every(({ severity }) => severity !== "error");
}

/** The names that an import brings, with the declaration behind each as an identity. */
function namesOf({ target, declaration }: ResolvedImport): ReadonlyMap<string, string> {
  if (target === undefined) return new Map();
  const names = declaration.names?.map(({ text }) => text) ?? [...target.exports.keys()];
  const available = declaration.names === undefined ? target.exports : target.importable;
  const found = new Map<string, string>();
  for (const name of names) {
    const exported = available.get(name);
    if (exported !== undefined) found.set(name, `${exported.module.id}\0${exported.name}`);
  }
  return found;
}

function* collisions({ imports }: Module): Iterable<PreflightFinding> {
  const broughtBy = new Map<string, { readonly identity: string; readonly path: string }>();
  for (const item of imports) {
    const { path, names, span } = item.declaration;
    let isReported = false;
    for (const [name, identity] of [...namesOf(item)].sort()) {
      const first = broughtBy.get(name);
      if (first === undefined) broughtBy.set(name, { identity, path });
      if (first === undefined || first.identity === identity || isReported) continue;
      isReported = true;
      yield {
        code: "HARN-MOD-005",
        span,
        message: `import collision — '${name}' is exported by both '${first.path}' and '${path}'`,
        hint:
          names === undefined
            ? `import only what you need: import { … } from "${path}"`
            : `take \`${name}\` from one of the two files only`,
      };
    }
  }
}

function* reexportConflicts({ imports, program, id }: Module): Iterable<PreflightFinding> {
  const own = new Set(
    program.items.flatMap((item) => ("isPublic" in item && item.isPublic && "name" in item ? [item.name.text] : [])),
  );
  const sources = new Map<string, { readonly first: ResolvedImport; readonly identities: Map<string, string> }>();
  for (const item of imports) {
    if (!item.declaration.isPublic) continue;
    for (const [name, identity] of namesOf(item)) {
      const known = sources.get(name) ?? { first: item, identities: new Map<string, string>() };
      known.identities.set(identity, item.declaration.path);
      sources.set(name, known);
    }
  }
  for (const [name, { first, identities }] of sources) {
    if (own.has(name)) identities.set(id, "this file");
    if (identities.size < 2) continue;
    yield {
      code: "HARN-MOD-006",
      span: first.declaration.span,
      message: `re-export conflict — '${name}' is re-exported (or locally defined) by multiple sources: ${[...identities.values()].join(", ")}`,
      hint: "leave one of the `pub import`s out, or rename what it brings",
    };
  }
}
