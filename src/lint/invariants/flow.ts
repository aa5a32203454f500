import type {
  AssignStatement,
  BindingStatement,
  Block,
  CallExpression,
  Expression,
  HumanExpression,
  MethodCallExpression,
  Statement,
} from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { childrenOf } from "../tree.ts";

/** One step on the way to a place: `enter handler`, `if false`, `call exec`. */
export interface Step {
  readonly text: string;
  readonly span: Span;
}

type Way = readonly Step[];

/** How control can come to a place; undefined where it cannot. */
interface Reach {
  /** One way to come here. */
  readonly way: Way;
  /** A way on which nobody was asked for approval; undefined when there is none. */
  readonly open: Way | undefined;
}

interface Placed {
  readonly span: Span;
}

export interface FlowEvents {
  call(call: CallExpression | MethodCallExpression, way: Way, open: Way | undefined): void;
  assignment(statement: AssignStatement | BindingStatement, way: Way): void;
}

export interface Handler {
  readonly name: string;
  readonly body: Block;
  readonly span: Span;
}

/**
 * Follows control through a handler, each way once, and tells of every call and assignment that can be reached. Functions of the same
 * file are followed into. A loop's body is passed once: a second pass finds less open ways, never more.
 */
export class Flow {
  readonly #events: FlowEvents;
  readonly #functions: ReadonlyMap<string, Handler>;
  readonly #entered: string[] = [];
  /** States at `break`, `continue` and `return`, innermost construct last. */
  readonly #exits: (Reach | undefined)[][] = [];
  readonly #returns: (Reach | undefined)[][] = [];

  constructor(events: FlowEvents, functions: ReadonlyMap<string, Handler>) {
    this.#events = events;
    this.#functions = functions;
  }

  run(handler: Handler): void {
    const way = [{ text: "enter handler", span: handler.span }];
    this.#entered.push(handler.name);
    this.#function(handler, { way, open: way });
    this.#entered.pop();
  }

  #function({ body }: Handler, state: Reach | undefined): Reach | undefined {
    this.#returns.push([]);
    const end = this.#block(body, state);
    return merge(end, ...(this.#returns.pop() ?? []));
  }

  #block({ statements }: Block, state: Reach | undefined): Reach | undefined {
    let reached = state;
    for (const statement of statements) {
      if (reached === undefined) return undefined;
      reached = this.#node(statement, reached);
    }
    return reached;
  }

  #node(node: Statement | Expression, state: Reach): Reach | undefined {
    switch (node.kind) {
      case "function":
      case "impl":
        return state;
      case "break":
      case "continue":
        this.#exits.at(-1)?.push(state);
        return undefined;
      case "return":
      case "throw": {
        const after = node.value === undefined ? state : this.#node(node.value, state);
        if (node.kind === "return") this.#returns.at(-1)?.push(after);
        return undefined;
      }
      case "binding":
      case "assign": {
        const after = this.#node(node.value, state);
        if (after) this.#events.assignment(node, after.way);
        return after;
      }
      case "if":
        return this.#branches(node, node.condition, "if", state, [
          ["if true", (inner) => this.#block(node.then, inner)],
          ["if false", (inner) => this.#otherwise(node.otherwise, inner)],
        ]);
      case "ternary":
        return this.#branches(node, node.condition, "if", state, [
          ["if true", (inner) => this.#node(node.then, inner)],
          ["if false", (inner) => this.#node(node.otherwise, inner)],
        ]);
      case "guard":
        return this.#branches(node, node.condition, "guard", state, [
          ["guard holds", (inner) => inner],
          ["guard fails", (inner) => this.#block(node.otherwise, inner)],
        ]);
      case "match":
        return this.#branches(
          node,
          node.subject,
          "match",
          state,
          node.arms.map((arm) => [
            "match arm",
            (inner) => {
              const guarded = arm.guard ? this.#node(arm.guard, inner) : inner;
              return guarded && this.#block(arm.body, guarded);
            },
          ]),
        );
      case "logical": {
        const left = this.#node(node.left, state);
        return left && merge(left, this.#node(node.right, left));
      }
      case "for":
        return this.#loop(node.iterable, node.body, node, state);
      case "while":
        return this.#loop(node.condition, node.body, node, state);
      case "try": {
        const body = this.#block(node.body, state);
        const handled =
          node.handler && this.#block(node.handler.body, step(merge(state, body) ?? state, "catch", node));
        const after = node.handler ? merge(body, handled) : merge(body, state);
        return node.finalizer ? this.#block(node.finalizer, after ?? state) && after : after;
      }
      // What runs beside this, later, or perhaps not at all, asks nobody for what comes after.
      case "closure":
      case "spawn":
      case "defer":
        this.#aside(node.body, state);
        return state;
      case "parallel": {
        const subject = this.#node(node.subject, state);
        if (subject) this.#aside(node.body, subject);
        return subject;
      }
      case "select":
        return merge(
          ...node.cases.map(({ body }) => this.#block(body, step(state, "select case", node))),
          node.timeout && this.#block(node.timeout.body, step(state, "select timeout", node)),
          node.fallback && this.#block(node.fallback, step(state, "select default", node)),
        );
      case "deadline":
        return merge(state, this.#block(node.body, state));
      case "human":
        return this.#human(node, state);
      case "call":
      case "method-call":
        return this.#call(node, state);
      default:
        return this.#children(node, state);
    }
  }

  #children(node: object, state: Reach): Reach | undefined {
    let reached: Reach | undefined = state;
    for (const child of childrenOf(node)) {
      if (reached === undefined) return undefined;
      reached = isNode(child) ? this.#node(child, reached) : this.#children(child, reached);
    }
    return reached;
  }

  #otherwise(otherwise: Block | Expression | undefined, state: Reach): Reach | undefined {
    if (otherwise === undefined) return state;
    return "statements" in otherwise ? this.#block(otherwise, state) : this.#node(otherwise, state);
  }

  #branches(
    node: Placed,
    condition: Expression,
    what: string,
    state: Reach,
    ways: readonly (readonly [text: string, follow: (state: Reach) => Reach | undefined])[],
  ): Reach | undefined {
    const decided = this.#node(condition, state);
    if (decided === undefined) return undefined;
    const at = step(decided, `${what} condition`, node);
    return merge(...ways.map(([text, follow]) => follow(step(at, text, node))));
  }

  #loop(head: Expression, body: Block, node: Placed, state: Reach): Reach | undefined {
    const before = this.#node(head, state);
    if (before === undefined) return undefined;
    this.#exits.push([]);
    const end = this.#block(body, step(before, "loop body", node));
    return merge(before, end, ...(this.#exits.pop() ?? []));
  }

  #aside(body: Block, state: Reach): void {
    this.#exits.push([]);
    this.#returns.push([]);
    this.#block(body, state);
    this.#returns.pop();
    this.#exits.pop();
  }

  /** Who is asked for approval closes all ways behind it; what `dual_control` is given runs approved. */
  #human(node: HumanExpression, state: Reach): Reach | undefined {
    const inner = node.verb === "dual_control" ? { ...state, open: undefined } : state;
    let reached: Reach | undefined = inner;
    for (const { value } of node.arguments) reached = reached && this.#node(value, reached);
    if (reached === undefined) return undefined;
    const after = step({ ...reached, open: state.open }, `call ${node.verb}`, node);
    return node.verb === "request_approval" ? { ...after, open: undefined } : after;
  }

  #call(node: CallExpression | MethodCallExpression, state: Reach): Reach | undefined {
    let reached: Reach | undefined = state;
    if (node.kind === "method-call") reached = this.#node(node.object, reached);
    for (const argument of node.arguments) {
      reached = reached && this.#node(argument.kind === "spread" ? argument.value : argument, reached);
    }
    if (reached === undefined) return undefined;
    const after = step(reached, `call ${nameOf(node)}`, node);
    this.#events.call(node, after.way, after.open);
    const own = node.kind === "call" ? this.#functions.get(node.callee.text) : undefined;
    if (own === undefined || this.#entered.includes(own.name)) return after;
    this.#entered.push(own.name);
    const end = this.#function(own, step(after, `enter ${own.name}`, own));
    this.#entered.pop();
    return end;
  }
}

function isNode(node: object): node is Statement | Expression {
  return "kind" in node && !("statements" in node);
}

function nameOf(call: CallExpression | MethodCallExpression): string {
  if (call.kind === "call") return call.callee.text;
  const names: string[] = [call.method.text];
  let at = call.object;
  while (at.kind === "property") {
    names.unshift(at.name.text);
    at = at.object;
  }
  if (at.kind === "name") names.unshift(at.name);
  return names.join(".");
}

function step(state: Reach, text: string, { span }: Placed): Reach {
  const next = { text, span };
  return { way: [...state.way, next], open: state.open && [...state.open, next] };
}

/** What is open on one way is open. Of several ways the first is told. */
function merge(...states: readonly (Reach | undefined)[]): Reach | undefined {
  const reached = states.filter((state) => state !== undefined);
  const [first] = reached;
  return first && { way: first.way, open: reached.find(({ open }) => open !== undefined)?.open };
}
