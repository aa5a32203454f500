import type { Diagnostic, Repair, TextEdit } from "../../diagnostics/index.ts";
import { repairs } from "../../diagnostics/index.ts";
import { Tree } from "../../lint/index.ts";
import type { Module } from "../../modules/index.ts";
import type { CallExpression, FunctionDeclaration } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";

/** How calls that are to go through `harness` get hold of it. */
export type HarnessThreading = "local-global" | "thread-params";

/** A function whose signature a repair changes. */
export interface SignatureChange {
  readonly callable: string;
  readonly isExported: boolean;
  readonly isEntrypoint: boolean;
}

export interface ThreadedRepair {
  readonly repair: Repair;
  /** Empty where a function is handed on as a value, so that not all of its callers are seen. */
  readonly edits: readonly TextEdit[];
  readonly changes: readonly SignatureChange[];
}

/** `main` is what the machine calls, with the harness. */
const entrypoint = "main";

/**
 * Gives functions that reach the world by ambient names a first parameter `harness: Harness`, and their callers in the file the argument
 * for it, as far up as it takes to reach one that has it: `main`, a pipeline, a tool, the top level. Repairs of one function share their
 * edits, as the same objects.
 */
export class HarnessThreads {
  readonly #tree: Tree;
  readonly #text: string;
  readonly #functions: readonly FunctionDeclaration[];
  readonly #parameterEdits = new Map<FunctionDeclaration, TextEdit>();
  readonly #callEdits = new Map<CallExpression, TextEdit>();

  constructor({ program, source }: Module) {
    this.#tree = new Tree(program);
    this.#text = source.text;
    this.#functions = program.items.filter((item) => item.kind === "function");
  }

  /** Nothing where `harness` is at hand already. */
  repairOf(ambient: Diagnostic): ThreadedRepair | undefined {
    const start = this.#enclosing(ambient.span);
    const repair = repairs.find(({ id }) => id === "bindings/thread-harness-needs-param");
    if (start === undefined || hasHarness(start) || repair === undefined) return undefined;
    const changed = new Set([start]);
    const calls: CallExpression[] = [];
    for (const declaration of changed) {
      if (this.#isHandedOn(declaration)) return { repair, edits: [], changes: [] };
      for (const call of this.#callsOf(declaration)) {
        calls.push(call);
        const caller = this.#enclosing(call.span);
        if (caller && !hasHarness(caller)) changed.add(caller);
      }
    }
    const threaded = [...changed];
    const edits = [...threaded.map((each) => this.#parameterEdit(each)), ...calls.map((call) => this.#callEdit(call))];
    const changes = threaded.map(({ name, isPublic }) => ({
      callable: name.text,
      isExported: isPublic,
      isEntrypoint: name.text === entrypoint,
    }));
    return { repair, edits: [...(ambient.fix ?? []), ...edits], changes };
  }

  /** The function of the file's top level that a place stands in. */
  #enclosing({ start }: Span): FunctionDeclaration | undefined {
    return this.#functions.find(({ span }) => span.start <= start && start < span.end);
  }

  #callsOf({ name }: FunctionDeclaration): readonly CallExpression[] {
    return this.#tree.of("call").filter(({ callee }) => callee.text === name.text);
  }

  #isHandedOn({ name }: FunctionDeclaration): boolean {
    return this.#tree.of("name").some((expression) => expression.name === name.text);
  }

  #parameterEdit(declaration: FunctionDeclaration): TextEdit {
    const known = this.#parameterEdits.get(declaration);
    if (known) return known;
    const at = this.#text.indexOf("(", declaration.name.span.end) + 1;
    const text = declaration.params.length === 0 ? "harness: Harness" : "harness: Harness, ";
    const edit = { span: { start: at, end: at }, text };
    this.#parameterEdits.set(declaration, edit);
    return edit;
  }

  #callEdit(call: CallExpression): TextEdit {
    const known = this.#callEdits.get(call);
    if (known) return known;
    const from = call.typeArguments.at(-1)?.span.end ?? call.callee.span.end;
    const at = this.#text.indexOf("(", from) + 1;
    const edit = { span: { start: at, end: at }, text: call.arguments.length === 0 ? "harness" : "harness, " };
    this.#callEdits.set(call, edit);
    return edit;
  }
}

function hasHarness({ params }: FunctionDeclaration): boolean {
  return params.some(({ name }) => name.text === "harness");
}
