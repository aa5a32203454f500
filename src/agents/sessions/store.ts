import type { Host } from "../../builtin/index.ts";
import { isDict, itemsAt, textAt } from "../../llm/fields.ts";
import type { NewId } from "../../llm/transcript/event.ts";
import type { DictValue } from "../../value/index.ts";
import { Session } from "./session.ts";

/** Sessions beyond this number push out the one that was used longest ago. */
const sessionLimit = 128;

export interface SessionObserver {
  /** Told of each session that is made, with the one that was current then. */
  readonly onCreate?: (sessionId: string, current: string | undefined) => void;
  /** Told of each message that a session takes, with its place. */
  readonly onMessage?: ((sessionId: string, message: DictValue, index: number) => void) | undefined;
}

/** The sessions of one runtime, in memory. */
export class SessionStore {
  readonly #host: Host;
  readonly #newId: NewId;
  readonly #observer: SessionObserver;
  /** In order of use, oldest first. */
  readonly #sessions = new Map<string, Session>();

  constructor(host: Host, newId: NewId, observer: SessionObserver = {}) {
    this.#host = host;
    this.#newId = newId;
    this.#observer = observer;
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The session of that id, made if need be; `current` is the one that the caller works in. */
  open(id: string | undefined, current?: string): Session {
    const known = id === undefined ? undefined : this.#sessions.get(id);
    return known === undefined
      ? this.#add(new Session(id ?? this.#newId(), this.#now(), this.#newId), current)
      : this.#touch(known);
  }

  /** An empty session that belongs to another one. */
  openChild(parent: Session, id: string): Session {
    const known = this.#sessions.get(id);
    if (known !== undefined) return this.#touch(known);
    const child = new Session(id, this.#now(), this.#newId, { parentId: parent.id });
    if (!parent.childIds.includes(id)) parent.childIds.push(id);
    return this.#add(child, parent.id);
  }

  /** Puts a conversation back that was kept in a file. */
  restore(id: string, transcript: DictValue): Session {
    const session = this.open(id);
    session.messages = (itemsAt(transcript, "messages") ?? []).filter(isDict);
    session.events = (itemsAt(transcript, "events") ?? []).filter(isDict);
    session.assets = [...(itemsAt(transcript, "assets") ?? [])];
    session.summary = textAt(transcript, "summary");
    return session;
  }

  fork(
    source: Session,
    id: string | undefined,
    { keepFirst, current }: { readonly keepFirst?: number; readonly current?: string | undefined } = {},
  ): Session {
    const kept = keepFirst === undefined ? source.messages : source.messages.slice(0, keepFirst);
    const fork = new Session(id ?? this.#newId(), this.#now(), this.#newId, {
      parentId: source.id,
      ...(keepFirst === undefined ? {} : { branchedAt: kept.length }),
    });
    if (keepFirst === undefined) {
      fork.messages = [...source.messages];
      fork.events = [...source.events];
    } else for (const message of kept) fork.add(message);
    fork.assets = [...source.assets];
    fork.summary = source.summary;
    fork.systemPrompt = source.systemPrompt;
    fork.toolFormat = source.toolFormat;
    fork.pinnedModel = source.pinnedModel;
    fork.pinnedReasoningPolicy = source.pinnedReasoningPolicy;
    fork.workspaceAnchor = source.workspaceAnchor;
    fork.workspacePolicy = source.workspacePolicy;
    if (!source.childIds.includes(fork.id)) source.childIds.push(fork.id);
    return this.#add(fork, current);
  }

  close(id: string): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined) return false;
    this.#sessions.delete(id);
    const parent = session.parentId === undefined ? undefined : this.#sessions.get(session.parentId);
    const at = parent?.childIds.indexOf(id) ?? -1;
    if (parent !== undefined && at >= 0) parent.childIds.splice(at, 1);
    return true;
  }

  /** The eldest ancestor that still exists or was named. */
  rootOf(session: Session): string {
    let current = session;
    while (current.parentId !== undefined) {
      const parent = this.#sessions.get(current.parentId);
      if (parent === undefined) return current.parentId;
      current = parent;
    }
    return current.id;
  }

  #add(session: Session, current: string | undefined): Session {
    const isNew = !this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    const oldest = this.#sessions.keys().next().value;
    if (this.#sessions.size > sessionLimit && oldest !== undefined) this.#sessions.delete(oldest);
    session.onMessage = (message, index) => this.#observer.onMessage?.(session.id, message, index);
    if (isNew) this.#observer.onCreate?.(session.id, current);
    return session;
  }

  #touch(session: Session): Session {
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    return session;
  }

  #now(): string {
    return new Date(this.#host.clock.now()).toISOString();
  }
}
