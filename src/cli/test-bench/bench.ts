import type { Host, HostClock, HostEnvironment } from "../../builtin/index.ts";
import { type FileChange, OverlayFiles } from "../../host/overlay-files.ts";
import type { ModelCallEvent } from "../../llm/index.ts";
import type { EffectObserver } from "../../runtime/index.ts";
import type { TestBench } from "../../stdlib/host/test-bench.ts";
import { ListValue, stringifyJson } from "../../value/index.ts";
import type { SessionBench } from "../running/session.ts";
import { ReplayedProcesses, type TapedProcess, tapedProcess, watchedProcesses } from "./process-tape.ts";
import { hashOf, TapeRecorder } from "./tape.ts";
import { tapedFiles } from "./taped-files.ts";

/** The moment at which a paused clock stands, unless another one is asked for: the beginning of 2026. */
export const defaultStart = 1_767_225_600_000;

export interface BenchOptions {
  /** Unix milliseconds; time is real without it. */
  readonly startAt: number | undefined;
  /** Keeps what the program writes in memory. */
  readonly hasOverlay: boolean;
  readonly processes: readonly TapedProcess[] | undefined;
  /** Hosts that may be reached although the network is denied; `undefined`: it is not. */
  readonly allowedHosts: readonly string[] | undefined;
}

/** One run under a test bench: what it stands in for, and what it took note of. */
export class Bench implements SessionBench {
  readonly service: TestBench;
  readonly observers: readonly EffectObserver[];
  readonly modelObservers = [(event: ModelCallEvent): void => this.#modelCall(event)];
  readonly recorder: TapeRecorder;
  readonly spawned: TapedProcess[] = [];
  readonly replayed: ReplayedProcesses | undefined;
  readonly #options: BenchOptions;
  readonly #leaks = new Map<string, number>();
  #clock: HostClock | undefined;
  #overlay: OverlayFiles | undefined;

  constructor(options: BenchOptions) {
    this.#options = options;
    this.replayed = options.processes && new ReplayedProcesses(options.processes);
    this.recorder = new TapeRecorder(() => ({ virtual: this.#now(), monotonic: this.#clock?.monotonic() ?? 0 }));
    this.observers = [{ finished: ({ builtin, startedAt }) => this.#timeSeen(builtin, startedAt) }];
    this.service = {
      startAt: options.startAt,
      began: (clock) => {
        this.#clock = clock;
      },
      changes: () => this.changes(),
      leaked: (capability) => void this.#leaks.set(capability, (this.#leaks.get(capability) ?? 0) + 1),
      clockLeaks: () => this.clockLeaks(),
    };
  }

  machine(host: Required<Host>): Required<Host> {
    const { allowedHosts, hasOverlay } = this.#options;
    this.#overlay = hasOverlay ? new OverlayFiles(host.files, () => this.#now()) : undefined;
    return {
      ...host,
      files: tapedFiles(this.#overlay ?? host.files, this.recorder),
      processes: watchedProcesses(this.replayed ?? host.processes, (request, result) => {
        this.spawned.push(tapedProcess(request, result));
        this.recorder.add({
          kind: "process_spawn",
          program: request.command,
          args: request.args,
          cwd: request.cwd ?? null,
          exit_code: result.exitCode ?? -1,
          // How long a real process took is of no paused clock.
          duration_ms: this.#options.startAt === undefined ? Math.round(result.durationMs) : 0,
          stdout_payload: this.recorder.payload(result.stdout),
          stderr_payload: this.recorder.payload(result.stderr),
        });
      }),
      environment: allowedHosts === undefined ? host.environment : withoutNetwork(host.environment, allowedHosts),
    };
  }

  changes(): readonly FileChange[] {
    return this.#overlay?.changes() ?? [];
  }

  clockLeaks(): readonly { readonly capability: string; readonly count: number }[] {
    return [...this.#leaks]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([capability, count]) => ({ capability, count }));
  }

  #now(): number {
    return this.#clock?.now() ?? this.#options.startAt ?? 0;
  }

  /** A call that has to do with time either moved it or looked at it. */
  #timeSeen({ effect, name }: { readonly effect: string; readonly name: string }, startedAt: number): void {
    if (effect !== "time") return;
    const passed = Math.floor(this.#now()) - Math.floor(startedAt);
    if (name.includes("sleep")) return this.recorder.add({ kind: "clock_sleep", duration_ms: passed });
    const isMonotonic = name === "elapsed" || name.includes("monotonic");
    this.recorder.add(
      isMonotonic
        ? { kind: "clock_read", source: "monotonic", value_ms: Math.floor(this.#clock?.monotonic() ?? 0) }
        : { kind: "clock_read", source: "wall", value_ms: Math.floor(this.#now()) },
    );
  }

  #modelCall(event: ModelCallEvent): void {
    if (event.kind !== "model-call-end") return;
    const { reply, request } = event;
    const { maxTokens, messages, model, provider, sampling, system, tools } = request;
    const asked = [provider, model, system ?? null, maxTokens, sampling].map((part) => JSON.stringify(part));
    const said = [messages, tools].map((list) => stringifyJson(new ListValue([...list])));
    const answer = JSON.stringify({
      text: reply.text,
      tool_calls: reply.toolCalls.map(({ arguments: args, id, name }) => ({
        id,
        name,
        arguments: JSON.parse(stringifyJson(args)),
      })),
      input_tokens: reply.inputTokens,
      output_tokens: reply.outputTokens,
      cache_read_tokens: reply.cacheReadTokens,
      cache_write_tokens: reply.cacheWriteTokens,
      model: reply.model,
      provider: reply.provider,
      thinking: reply.thinking ?? null,
      stop_reason: reply.stopReason ?? null,
    });
    this.recorder.add({
      kind: "llm_call",
      request_digest: hashOf([...asked, ...said].join("\n")),
      response: this.recorder.payload(new TextEncoder().encode(answer)),
    });
  }
}

/** The environment of a machine whose network is denied, but for those hosts. */
function withoutNetwork(environment: HostEnvironment, allowed: readonly string[]): HostEnvironment {
  const rules: Readonly<Record<string, string>> = {
    HARN_EGRESS_DEFAULT: "deny",
    HARN_EGRESS_ALLOW: allowed.join(","),
    HARN_EGRESS_DENY: "",
  };
  return {
    get: (name) => rules[name] ?? environment.get(name),
    all: () => ({ ...environment.all(), ...rules }),
  };
}
