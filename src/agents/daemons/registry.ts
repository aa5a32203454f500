// Daemons: agent loops that wait for events beside the program.
//
// D1. Events are delivered in the order they came, one at a time, and only while the loop is idle.
// D2. An event is settled when a snapshot was written after it was delivered. Until then a stop, or a resume, delivers it again.
// D3. The queue is in the daemon's file before a trigger returns.
import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { dictAt, isDict, merged, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { BuiltinValue, DictValue, Raise, runtimeError, show, stringifyJson, type Value } from "../../value/index.ts";
import { spawnDetached, type Task } from "../../vm/index.ts";
import { Deadline } from "../inbox/deadline.ts";
import { daemonScope, writeWhole } from "../loop/daemon.ts";
import { runLoop } from "../loop/loop.ts";
import type { AgentService } from "../service.ts";
import { capacityOf, Daemon } from "./daemon.ts";

const settleMs = 500;
const ownKeys = ["task", "name", "persist_path", "system", "session_id", "event_queue_capacity", "options"];

export class DaemonRegistry {
  readonly #service: AgentService;
  readonly #daemons = new Map<string, Daemon>();

  constructor(service: AgentService) {
    this.#service = service;
  }

  /** What a program hands in for a daemon: its id, or a dict that has one. */
  find(target: Value): Daemon {
    if (typeof target !== "string" && !isDict(target)) throw runtimeError("expected daemon handle or daemon id");
    const id = typeof target === "string" ? target : textAt(target, "id");
    if (id === undefined) throw runtimeError("daemon handle dict is missing an id field");
    const daemon = this.#daemons.get(id);
    if (daemon === undefined) throw runtimeError(`unknown daemon '${id}'`);
    return daemon;
  }

  async spawn(context: CallContext, config: DictValue): Promise<DictValue> {
    const task = required(config, "task");
    const folder = required(config, "persist_path");
    this.#refuseTwice(folder, "daemon_spawn: a daemon is already running for");
    const id = `daemon_${this.#service.newId()}`;
    const daemon = new Daemon({
      id,
      name: textAt(config, "name") ?? id,
      prompt: task,
      system: textAt(config, "system"),
      sessionId: textAt(config, "session_id") ?? `daemon_session_${this.#service.newId()}`,
      options: optionsOf(config),
      folder,
      capacity: capacityOf(config),
    });
    return this.#start(context, daemon, false);
  }

  async resume(context: CallContext, folder: string): Promise<DictValue> {
    if (folder.trim() === "") throw runtimeError("daemon_resume: `path` must be a non-empty string");
    this.#refuseTwice(folder, "daemon_resume:", "is already running");
    const path = `${folder}/daemon.meta.json`;
    const meta = tryParseJson(String(await context.callAsync(new BuiltinValue("read_file"), [path])));
    if (!isDict(meta) || meta.get("_type") !== "daemon_meta")
      throw runtimeError(`daemon_resume: '${folder}' holds no daemon: ${path} is not the file of one`);
    return this.#start(context, Daemon.fromMeta(meta, folder), true);
  }

  async trigger(context: CallContext, target: Value, payload: Value): Promise<DictValue> {
    const daemon = this.find(target);
    if (daemon.status !== "running" || daemon.isStopping)
      throw runtimeError(`daemon_trigger: daemon ${daemon.id} is not running`);
    if (daemon.queued >= daemon.capacity)
      throw runtimeError(
        `Daemon queue full: daemon '${daemon.id}' reached its event_queue_capacity of ${daemon.capacity}`,
      );
    daemon.pending.push(
      record({
        seq: ++daemon.lastSequence,
        enqueued_at: new Date(context.host.clock.now()).toISOString(),
        payload,
      }),
    );
    await this.#keep(context, daemon);
    daemon.changed.wakeAll();
    return daemon.summary();
  }

  /** Lets the turn that is going on end, if it does so soon; what was not settled is queued again. */
  async stop(context: CallContext, target: Value): Promise<DictValue> {
    const daemon = this.find(target);
    if (daemon.status !== "running") return daemon.summary();
    daemon.isStopping = true;
    daemon.changed.wakeAll();
    await this.#until(context, daemon, () => daemon.status !== "running");
    if (daemon.status === "running") {
      daemon.status = "stopped";
      daemon.cancel?.();
    }
    daemon.requeue();
    await this.#keep(context, daemon);
    return daemon.summary();
  }

  #refuseTwice(folder: string, before: string, after = ""): void {
    for (const daemon of this.#daemons.values())
      if (daemon.folder === folder && daemon.status === "running")
        throw runtimeError(`${before} '${folder}'${after === "" ? "" : ` ${after}`}`);
  }

  async #start(context: CallContext, daemon: Daemon, isResumed: boolean): Promise<DictValue> {
    await context.callAsync(new BuiltinValue("mkdir"), [daemon.folder]);
    await this.#keep(context, daemon);
    const hasSnapshot =
      isResumed && (await context.callAsync(new BuiltinValue("file_exists"), [daemon.snapshotPath])) === true;
    this.#daemons.set(daemon.id, daemon);
    const task = spawnDetached(context as Task, "daemon", (own) => {
      own.setScoped(daemonScope, {
        saved: (snapshot) => this.#saved(own, daemon, snapshot),
        next: (inner) => this.#next(inner, daemon),
      });
      return own.async(async () => {
        await this.#run(own, daemon, hasSnapshot);
        return null;
      });
    });
    daemon.cancel = () => task.cancel();
    task.whenDone(() => {
      if (daemon.status === "running") daemon.status = "stopped";
      daemon.changed.wakeAll();
    });
    await this.#until(context, daemon, () => daemon.snapshot !== undefined || daemon.status !== "running");
    return daemon.summary();
  }

  async #run(context: CallContext, daemon: Daemon, hasSnapshot: boolean): Promise<void> {
    const own = record({
      daemon: true,
      persist_path: daemon.snapshotPath,
      resume_path: hasSnapshot ? daemon.snapshotPath : undefined,
      session_id: daemon.sessionId,
    });
    try {
      const result = await runLoop(context, this.#service, {
        prompt: daemon.prompt,
        system: daemon.system,
        options: merged(daemon.options, own),
      });
      if (!daemon.isStopping) daemon.result = result;
      daemon.status = "stopped";
    } catch (error) {
      if (!(error instanceof Raise) || error.kind === "cancelled") throw error;
      daemon.status = "failed";
      daemon.error = show(error.value);
    }
  }

  async #saved(context: CallContext, daemon: Daemon, snapshot: DictValue): Promise<void> {
    daemon.snapshot = snapshot;
    if (daemon.inflight !== undefined) {
      daemon.inflight = undefined;
      await this.#keep(context, daemon);
    }
    daemon.changed.wakeAll();
  }

  async #next(context: CallContext, daemon: Daemon): Promise<string | undefined> {
    while (!daemon.isStopping) {
      const event = daemon.pending.shift();
      if (event !== undefined) {
        daemon.inflight = event;
        await this.#keep(context, daemon);
        return messageOf(event.get("payload") ?? null);
      }
      await daemon.changed.untilNext(context.signal);
    }
    return undefined;
  }

  /** One write after the other, each of what is true when it begins: two at once would leave the older. */
  #keep(context: CallContext, daemon: Daemon): Promise<void> {
    const turn = daemon.lastWrite.then(() => writeWhole(context, daemon.metaPath, daemon.meta()));
    // Whoever asked for a write learns that it failed; the next one begins all the same.
    daemon.lastWrite = turn.catch(() => {});
    return turn;
  }

  /** Waits until something holds of a daemon, half a second at most. */
  async #until(context: CallContext, daemon: Daemon, holds: () => boolean): Promise<void> {
    const deadline = new Deadline(context.host.clock, settleMs, context.signal);
    try {
      while (!holds() && !deadline.isPassed) {
        const { woken, stop } = daemon.changed.next();
        await Promise.race([woken, deadline.passed]);
        stop();
      }
    } finally {
      deadline.cancel();
    }
  }
}

function required(config: DictValue, key: string): string {
  const value = textAt(config, key);
  if (value === undefined || value === "") throw runtimeError(`daemon_spawn: config must include \`${key}\``);
  return value;
}

/** The options of the loop: those in `options`, or whatever is not the daemon's own. */
function optionsOf(config: DictValue): DictValue {
  const nested = dictAt(config, "options");
  if (nested !== undefined) return nested;
  return new DictValue(new Map([...config.entries()].filter(([key]) => !ownKeys.includes(key))));
}

function messageOf(payload: Value): string {
  return typeof payload === "string" ? payload : stringifyJson(valueOfJson(jsonOfValue(payload)));
}
