// The inboxes of the sessions of one runtime: what happens outside a loop's present iteration (a job that ended, a progress
// report, a program that posts) reaches the loop through here.
//
// I1. Entries of a session leave in the order they came. Numbers count from 1 and only grow; `clear` alone starts them anew.
// I2. An entry is there before anybody is woken. A true answer of `wait` means that one was there when it was given, not that
//     nobody else will take it.
// I3. No wake-up is lost: a waiter begins to listen before it looks, so what comes in between wakes it.
// I4. Being woken for nothing does not move a waiter's deadline.
import type { HostClock } from "../../builtin/index.ts";
import { Deadline } from "./deadline.ts";
import type { InboxEntry } from "./entry.ts";
import { WakeSignal } from "./wake-signal.ts";

interface Box {
  entries: InboxEntry[];
  issued: number;
}

export interface WaitOptions {
  /** Ends the wait early, with the answer as it stands then. */
  readonly signal?: AbortSignal;
}

export class Inbox {
  readonly #boxes = new Map<string, Box>();
  readonly #signals = new Map<string, WakeSignal>();
  readonly #now: () => number;

  /** `now` gives Unix milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The session need not exist yet. The empty id is a bucket for those who have no session. */
  push(sessionId: string, kind: string, content: string, source: string): void {
    const box = this.#boxOf(sessionId);
    box.issued++;
    const ts_ms = Math.trunc(this.#now());
    box.entries.push({ sequence: box.issued, session_id: sessionId, kind, content, source, ts_ms });
    this.#signals.get(sessionId)?.wakeAll();
  }

  drain(sessionId: string): readonly InboxEntry[] {
    const box = this.#boxes.get(sessionId);
    if (box === undefined) return [];
    const { entries } = box;
    box.entries = [];
    return entries;
  }

  /** Takes what matches, at most `limit` entries; the rest stays in its order. The predicate sees each entry once. */
  drainWhere(sessionId: string, matches: (entry: InboxEntry) => boolean, limit = Infinity): readonly InboxEntry[] {
    const box = this.#boxes.get(sessionId);
    if (box === undefined) return [];
    const { entries } = box;
    // Out while the predicate runs: what it pushes comes behind what is kept.
    box.entries = [];
    const taken: InboxEntry[] = [];
    const kept: InboxEntry[] = [];
    for (const entry of entries) (taken.length < limit && matches(entry) ? taken : kept).push(entry);
    box.entries = [...kept, ...box.entries];
    return taken;
  }

  /**
   * Puts an entry back at the head, as it was. Several go back in reverse order. Wakes nobody: it was there before.
   */
  requeueFront(entry: InboxEntry): void {
    this.#boxOf(entry.session_id).entries.unshift(entry);
  }

  pendingCount(sessionId: string): number {
    return this.#boxes.get(sessionId)?.entries.length ?? 0;
  }

  /** What is queued, without taking it. */
  snapshot(sessionId: string): readonly InboxEntry[] {
    return [...(this.#boxes.get(sessionId)?.entries ?? [])];
  }

  /** Drops what is queued and starts numbers anew: the session has ended. Waiters stay, and hear of later entries. */
  clear(sessionId: string): void {
    this.#boxes.delete(sessionId);
  }

  /** Whether an entry is there, or comes within `timeoutMs` of that clock. Takes nothing. */
  async wait(sessionId: string, timeoutMs: number, clock: HostClock, options: WaitOptions = {}): Promise<boolean> {
    if (this.pendingCount(sessionId) > 0) return true;
    const signal = this.#signalOf(sessionId);
    const deadline = new Deadline(clock, timeoutMs, options.signal);
    try {
      for (;;) {
        const listening = signal.next();
        try {
          if (this.pendingCount(sessionId) > 0) return true;
          await Promise.race([listening.woken, deadline.passed]);
          if (this.pendingCount(sessionId) > 0) return true;
          if (deadline.isPassed) return false;
        } finally {
          listening.stop();
        }
      }
    } finally {
      deadline.cancel();
      if (signal.isIdle && this.#signals.get(sessionId) === signal) this.#signals.delete(sessionId);
    }
  }

  #boxOf(sessionId: string): Box {
    const known = this.#boxes.get(sessionId);
    if (known !== undefined) return known;
    const fresh: Box = { entries: [], issued: 0 };
    this.#boxes.set(sessionId, fresh);
    return fresh;
  }

  #signalOf(sessionId: string): WakeSignal {
    const known = this.#signals.get(sessionId);
    if (known !== undefined) return known;
    const fresh = new WakeSignal();
    this.#signals.set(sessionId, fresh);
    return fresh;
  }
}
