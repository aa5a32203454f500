import type { ImportBinding, Module } from "../../modules/index.ts";
import { declareImpls, declareNames, FunctionBinding, ScopeHome } from "./home.ts";
import { Scope } from "./scope.ts";

/** The scopes of the modules of a program, each made when something first asks for it. */
export class World {
  readonly #scopes = new Map<Module, Scope>();

  /** The top level of a module: its imports, and what it declares. Variables are left to whoever checks its body. */
  scopeOf(module: Module): Scope {
    const known = this.#scopes.get(module);
    if (known !== undefined) return known;
    const imports = new Scope(module.source, hasAllImports(module));
    const scope = new Scope(imports);
    this.#scopes.set(module, scope);
    declareNames(module.program.items, scope);
    for (const found of module.imports) for (const binding of found.bindings) this.#declareImport(imports, binding);
    declareImpls(module.program.items, scope);
    return scope;
  }

  #declareImport(scope: Scope, { name, exported, span }: ImportBinding): void {
    const { declaration, module } = exported;
    const home = this.scopeOf(module);
    switch (declaration.kind) {
      case "function":
        scope.declare(
          new FunctionBinding({ text: name, span }, () => new ScopeHome(home).functionOf(declaration), declaration),
        );
        break;
      case "struct":
      case "enum":
      case "interface":
      case "type": {
        const symbol = home.findType(declaration.name.text);
        if (symbol !== undefined) scope.declareType(symbol);
        break;
      }
      default:
        scope.announce([name]);
    }
  }
}

/** No import may still provide what is not found: each was read, and parses. */
export function hasAllImports(module: Module): boolean {
  return module.imports.every(
    ({ target }) => target?.diagnostics.every(({ severity }) => severity !== "error") ?? false,
  );
}
