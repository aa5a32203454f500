import type { Value } from "../value/index.ts";

/** How programs and records know a task: an id that says where it was started, the same in every run. */
export interface TaskIdentity {
  /** `task_root`, `task_root:spawn:1`, `task_root:parallel:2:0`. */
  readonly id: string;
  readonly name: string;
  readonly parentId: string | undefined;
  readonly rootId: string;
  /** The `parallel` it is a branch of. */
  readonly groupId: string | undefined;
}

export const rootIdentity: TaskIdentity = {
  id: "task_root",
  name: "root",
  parentId: undefined,
  rootId: "task_root",
  groupId: undefined,
};

/** What `spawn` starts. Most tasks are never asked who they are, so the id is put together when somebody asks. */
export class SpawnIdentity implements TaskIdentity {
  readonly #starter: TaskIdentity;
  readonly #number: number;

  constructor(starter: TaskIdentity, number: number) {
    this.#starter = starter;
    this.#number = number;
  }

  get name(): string {
    return "spawn";
  }

  get id(): string {
    let path = "";
    let identity: TaskIdentity = this;
    for (; identity instanceof SpawnIdentity; identity = identity.#starter) path = `:spawn:${identity.#number}${path}`;
    return identity.id + path;
  }

  get rootId(): string {
    return this.#outermost.rootId;
  }

  get groupId(): string | undefined {
    return this.#outermost.groupId;
  }

  /** Who began the chain of spawns. Without recursion: tasks may start each other without end. */
  get #outermost(): TaskIdentity {
    let identity: TaskIdentity = this;
    while (identity instanceof SpawnIdentity) identity = identity.#starter;
    return identity;
  }

  get parentId(): string {
    return this.#starter.id;
  }
}

/**
 * What belongs to one task of the program: counters for the ids of what it starts, and its context values. A coroutine and
 * a callback from native code are part of the task that runs them, so they share it.
 */
export class TaskLocals {
  #spawned = 0;
  #groups: number;
  /** Never written in place, so that tasks can share it. */
  #values: ReadonlyMap<string, Value> | undefined;
  /** What services keep with the task; the same holds. */
  #scoped: ReadonlyMap<string, unknown> | undefined;

  constructor(parent?: TaskLocals) {
    this.#groups = parent ? parent.#groups : 0;
    this.#values = parent ? parent.#values : undefined;
    this.#scoped = parent ? parent.#scoped : undefined;
  }

  nextSpawn(): number {
    return ++this.#spawned;
  }

  /** Groups count on from the parent's, so that no two groups of a family share a number by accident of nesting. */
  nextGroup(): number {
    return ++this.#groups;
  }

  get values(): ReadonlyMap<string, Value> {
    return this.#values ?? new Map();
  }

  set(key: string, value: Value): void {
    this.#values = new Map(this.#values).set(key, value);
  }

  clear(key: string): Value {
    const old = this.#values?.get(key);
    if (old === undefined) return null;
    const rest = new Map(this.#values);
    rest.delete(key);
    this.#values = rest;
    return old;
  }

  scoped(key: string): unknown {
    return this.#scoped?.get(key);
  }

  setScoped(key: string, value: unknown): void {
    this.#scoped = new Map(this.#scoped).set(key, value);
  }
}
