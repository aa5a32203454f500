import type { Host } from "../builtin/index.ts";
import type { ActiveLog } from "../eventlog/index.ts";
import type { LlmService } from "../llm/service.ts";
import { IdSource } from "../runtime/ids.ts";
import type { DictValue } from "../value/index.ts";
import { DaemonRegistry } from "./daemons/registry.ts";
import { AgentEventHub, type AgentEventObserver } from "./events/hub.ts";
import type { SinkFault } from "./events/sink.ts";
import { Deliveries } from "./inbox/deliveries.ts";
import { Inbox } from "./inbox/inbox.ts";
import { LongRunningHandles } from "./inbox/long-running.ts";
import { AutonomyLedger } from "./loop/autonomy-budget.ts";
import type { Approver } from "./permissions/approver.ts";
import { RepeatedCalls, SessionGrants } from "./permissions/session-memory.ts";
import { PoolRegistry } from "./pools/registry.ts";
import { ownProviders } from "./reminders/own-providers.ts";
import { ReminderProviders } from "./reminders/providers.ts";
import { EventPersistence } from "./sessions/event-persistence.ts";
import { SessionStore } from "./sessions/store.ts";
import type { SkillFolders } from "./skills/folders.ts";
import { emptySkills } from "./skills/registry.ts";
import { Classifications } from "./tool-hooks/classifications.ts";
import { DeclaredTools } from "./tools/declared-tools.ts";
import type { ToolObserver } from "./tools/dispatch.ts";
import { ToolHooks } from "./tools/hooks.ts";
import { ToolsInFlight } from "./tools/in-flight.ts";
import { PendingCalls } from "./tools/middleware.ts";
import type { PathScopeGuard } from "./tools/path-scope.ts";
import { ProjectToolHooks } from "./tools/project-hooks.ts";
import type { ResumeTriggers } from "./workers/auto-resume.ts";
import { WorkerRegistry } from "./workers/registry.ts";

export interface AgentServiceOptions {
  readonly host: Host;
  readonly llm: LlmService;
  readonly observers?: readonly AgentEventObserver[];
  /** Where the events of sessions are kept. */
  readonly log?: ActiveLog;
  /** Told of every message that a session takes, with its place. */
  readonly onMessage?: (sessionId: string, message: DictValue, index: number) => void;
  /** Told of every tool call that is dispatched. */
  readonly onToolCall?: ToolObserver;
  /** Whether the embedder answers tools; it does not without this. */
  readonly hasBridge?: () => boolean;
  /** Asked about tool calls that need an approval; without it they are refused. */
  readonly approver?: Approver;
  /** Skills that are kept in folders, looked for at their first use. */
  readonly skillFolders?: () => SkillFolders | undefined;
  /** Registers triggers that resume parked workers; without it such conditions are refused. */
  readonly resumeTriggers?: () => ResumeTriggers;
  /** Told of sinks and observers of agent events that fail: none of them stops the program. */
  readonly onSinkFault?: SinkFault;
}

/** What agents of one runtime remember. */
export class AgentService {
  readonly host: Host;
  readonly llm: LlmService;
  readonly declared = new DeclaredTools();
  readonly toolHooks = new ToolHooks();
  readonly projectToolHooks = new ProjectToolHooks();
  /** What keeps the paths of tool calls within a session's folders, if anything does. */
  pathScopeGuard: PathScopeGuard | undefined;
  readonly pendingCalls = new PendingCalls();
  readonly toolsInFlight = new ToolsInFlight();
  /** Whether a host stands by that answers tools of `executor: "host_bridge"`. */
  readonly hasBridge: () => boolean;
  readonly observeTool: ToolObserver | undefined;
  approver: Approver | undefined;
  readonly workers: WorkerRegistry;
  readonly daemons: DaemonRegistry;
  readonly pools: PoolRegistry;
  readonly autonomy = new AutonomyLedger();
  readonly classifications = new Classifications();
  readonly reminders = new ReminderProviders(ownProviders);
  readonly grants = new SessionGrants();
  readonly repeats = new RepeatedCalls();
  readonly sessions: SessionStore;
  readonly inbox: Inbox;
  readonly longRunning: LongRunningHandles;
  /** What hosts have for loops that run. */
  readonly deliveries = new Deliveries();
  readonly events: AgentEventHub;
  readonly #persistence: EventPersistence;
  readonly #openSkillFolders: () => SkillFolders | undefined;
  #skillFolders: { readonly found: SkillFolders | undefined } | undefined;
  /** The registry that `tool_ref` and `tool_def` look into. */
  boundTools: DictValue | undefined;
  readonly #current = new Map<string, string[]>();
  readonly #ids: IdSource;

  constructor(options: AgentServiceOptions) {
    this.host = options.host;
    this.llm = options.llm;
    this.observeTool = options.onToolCall;
    this.hasBridge = options.hasBridge ?? (() => false);
    this.approver = options.approver;
    this.#ids = new IdSource(options.host.clock, options.host.random);
    const onFault = options.onSinkFault ?? (() => {});
    this.events = new AgentEventHub(options.observers, onFault);
    this.#persistence = new EventPersistence(options.host, options.log, this.events, onFault);
    this.sessions = new SessionStore(options.host, this.newId, {
      onCreate: (id, current) => this.#persistence.begin(id, current),
      onMessage: options.onMessage,
    });
    this.workers = new WorkerRegistry(this, () => options.resumeTriggers?.());
    this.daemons = new DaemonRegistry(this);
    this.pools = new PoolRegistry({
      newId: this.newId,
      log: options.log,
      currentSession: (taskId) => this.currentSession(taskId),
    });
    this.inbox = new Inbox(() => options.host.clock.now());
    this.longRunning = new LongRunningHandles({
      inbox: this.inbox,
      clock: options.host.clock,
      processId: options.host.system?.processId ?? 0,
      currentSession: (taskId) => this.currentSession(taskId),
    });
    this.#openSkillFolders = () => options.skillFolders?.();
    this.llm.conversations = {
      history: (id) => this.sessions.get(id)?.messages,
      append: (id, messages) => {
        const session = this.sessions.get(id);
        for (const message of messages) session?.add(message);
      },
      pinnedModel: (id) => this.sessions.get(id)?.pinnedModel,
      pinnedReasoningPolicy: (id) => this.sessions.get(id)?.pinnedReasoningPolicy,
    };
  }

  /** Ends a session: with it go its inbox, its sinks and its subscribers. */
  closeSession(sessionId: string): void {
    this.sessions.close(sessionId);
    this.inbox.clear(sessionId);
    this.deliveries.clear(sessionId);
    this.grants.forget(sessionId);
    this.repeats.forget(sessionId);
    this.events.forget(sessionId);
    this.#persistence.end(sessionId);
  }

  /** Skills of folders; looked for once. */
  get skillFolders(): SkillFolders | undefined {
    this.#skillFolders ??= { found: this.#openSkillFolders() };
    return this.#skillFolders.found;
  }

  /** The registry that programs see as `skills`. */
  folderRegistry(): DictValue {
    return this.skillFolders?.registry ?? emptySkills();
  }

  newId = (): string => this.#ids.uuid();

  /** The session that the task is working in. */
  currentSession(taskId: string): string | undefined {
    return this.#current.get(taskId)?.at(-1);
  }

  async inSession<T>(taskId: string, sessionId: string, body: () => Promise<T>): Promise<T> {
    const stack = this.#current.get(taskId) ?? [];
    this.#current.set(taskId, stack);
    stack.push(sessionId);
    try {
      return await body();
    } finally {
      stack.splice(stack.lastIndexOf(sessionId), 1);
      if (stack.length === 0) this.#current.delete(taskId);
    }
  }
}

export { agentService } from "./key.ts";

export function createAgentService(options: AgentServiceOptions): AgentService {
  return new AgentService(options);
}
