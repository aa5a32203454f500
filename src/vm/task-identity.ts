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
  readonly name = "spawn";
  readonly rootId: string;
  readonly groupId: string | undefined;
  readonly #starter: TaskIdentity;
  readonly #number: number;

  constructor(starter: TaskIdentity, number: number) {
    this.#starter = starter;
    this.#number = number;
    this.rootId = starter.rootId;
    this.groupId = starter.groupId;
  }

  /** Without recursion: tasks may start each other without end. */
  get id(): string {
    let path = "";
    let identity: TaskIdentity = this;
    for (; identity instanceof SpawnIdentity; identity = identity.#starter) path = `:spawn:${identity.#number}${path}`;
    return identity.id + path;
  }

  get parentId(): string {
    return this.#starter.id;
  }
}

/** A branch of a `parallel`. */
export class BranchIdentity implements TaskIdentity {
  readonly name: string;
  readonly groupId: string;
  readonly #starter: TaskIdentity;
  readonly #index: number;

  constructor(starter: TaskIdentity, name: string, groupId: string, index: number) {
    this.#starter = starter;
    this.name = name;
    this.groupId = groupId;
    this.#index = index;
  }

  get id(): string {
    return `${this.groupId}:${this.#index}`;
  }

  get parentId(): string {
    return this.#starter.id;
  }

  get rootId(): string {
    return this.#starter.rootId;
  }
}

/**
 * What belongs to one task of the program: counters for the ids of what it starts, and its context values. A coroutine and
 * a callback from native code are part of the task that runs them, so they share it.
 */
export class TaskLocals {
  #spawned = 0;
  #groups: number;
  #values: Map<string, Value> | undefined;
  /** What services keep with the task. Never written in place, so that tasks can share it. */
  #scoped: ReadonlyMap<string, unknown> | undefined;
  /** `#values` is also somebody else's: copy before writing. */
  #isBorrowed = false;

  constructor(parent?: TaskLocals) {
    this.#groups = parent ? parent.#groups : 0;
    this.#scoped = parent === undefined ? undefined : parent.#scoped;
    if (parent === undefined || parent.#values === undefined) return;
    this.#values = parent.#values;
    this.#isBorrowed = parent.#isBorrowed = true;
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
    this.#own().set(key, value);
  }

  clear(key: string): Value {
    const old = this.#values?.get(key) ?? null;
    if (this.#values?.has(key)) this.#own().delete(key);
    return old;
  }

  scoped(key: string): unknown {
    return this.#scoped?.get(key);
  }

  setScoped(key: string, value: unknown): void {
    this.#scoped = new Map(this.#scoped).set(key, value);
  }

  #own(): Map<string, Value> {
    if (!this.#values || this.#isBorrowed) this.#values = new Map(this.#values);
    this.#isBorrowed = false;
    return this.#values;
  }
}
