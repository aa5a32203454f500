import type { Name } from "../syntax/index.ts";
import { isCallable } from "./exports.ts";
import type { Draft, Route } from "./graph.ts";
import type { Exported, ImportBinding, ResolvedImport } from "./module.ts";

/** What each import of a module brings, in source order, with the first thing that is wrong with it. */
export function bindImports(draft: Draft): readonly ResolvedImport[] {
  const taken = new Map<string, Exported>();
  return draft.routes.map((route) => bindImport(draft, route, taken));
}

function bindImport(draft: Draft, route: Route, taken: Map<string, Exported>): ResolvedImport {
  const { declaration, target } = route;
  if (target === undefined) return finish(route, [], route.problem);
  const bindings: ImportBinding[] = [];
  let problem = route.problem;
  for (const { name, span } of declaration.names?.map(wanted) ?? wildcard(route, target)) {
    const exported = (declaration.names ? target.importable : target.exports).get(name);
    if (exported === undefined) {
      problem ??= `Import error: '${name}' is not defined in ${target.source.path}`;
      continue;
    }
    const earlier = taken.get(name);
    if (earlier !== undefined) {
      if (!route.isAmbient && collide(earlier, exported)) problem ??= collision(name, target.source.path);
      continue;
    }
    taken.set(name, exported);
    bindings.push({ name, exported, span });
  }
  return finish(route, bindings, problem ?? reExportProblem(draft, route, target));
}

function finish(route: Route, bindings: readonly ImportBinding[], problem: string | undefined): ResolvedImport {
  return {
    declaration: route.declaration,
    target: route.target,
    bindings,
    ...(problem === undefined ? {} : { problem }),
  };
}

function wanted(name: Name): { readonly name: string; readonly span: Name["span"] } {
  return { name: name.text, span: name.span };
}

function wildcard(route: Route, target: Draft): { readonly name: string; readonly span: Name["span"] }[] {
  return [...target.exports.keys()].map((name) => ({ name, span: route.declaration.pathSpan }));
}

/** The same declaration by two ways is one thing: importing a file twice, or through a re-export, is harmless. */
function collide(a: Exported, b: Exported): boolean {
  return a.declaration !== b.declaration && isCallable(a.kind) && isCallable(b.kind);
}

function collision(name: string, path: string): string {
  return `Import collision: '${name}' is already defined when importing ${path}. Use selective imports to disambiguate: import { ${name} } from "..."`;
}

/** A re-exported name that means something else in this module already. */
function reExportProblem(draft: Draft, route: Route, target: Draft): string | undefined {
  if (!route.declaration.isPublic) return undefined;
  const names = route.declaration.names?.map((name) => name.text) ?? target.exports.keys();
  for (const name of names) {
    const forwarded = target.importable.get(name);
    const exported = draft.exports.get(name);
    if (forwarded !== undefined && exported !== undefined && collide(forwarded, exported)) {
      return `Re-export collision: '${name}' is defined here and also re-exported from '${route.declaration.path}'`;
    }
  }
  return undefined;
}
