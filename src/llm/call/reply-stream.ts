import { type CallContext, DONE, type Pulled, PullHandle } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import { record } from "../fields.ts";
import type { CallInput } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { visibleText } from "../tools/visible-text.ts";
import { prepare, runCall, withFailureDicts } from "./call.ts";

/** What `llm_stream_call` gives: `{delta, visible_delta, partial, role, finish_reason}` as the answer grows. */
export class ReplyStreamHandle extends PullHandle {
  readonly typeName = "stream";
  readonly #ready: Value[] = [];
  readonly #controller = new AbortController();
  #text = "";
  #visible = "";
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isEnded = false;

  /** Starts the call at once; parts wait here until they are pulled. */
  constructor(context: CallContext, service: LlmService, input: CallInput) {
    super();
    const prepared = prepare(service, input);
    const listener = { text: (delta: string) => this.#grow(delta) };
    context.signal.addEventListener("abort", () => this.#controller.abort(), { once: true });
    withFailureDicts(prepared, () =>
      runCall(context, service, prepared, { listener, signal: this.#controller.signal }),
    ).then(
      (outcome) => {
        this.#offer(this.#part("", "", outcome.read.reply.stopReason ?? null));
        this.#end(undefined);
      },
      (error: unknown) => this.#end({ error }),
    );
  }

  show(): string {
    return "<stream>";
  }

  next(context: CallContext): Pulled {
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isEnded) {
      this.exhausted = true;
      return DONE;
    }
    return context.wait(this.#waitForPart());
  }

  override close(): void {
    this.#controller.abort();
    this.exhausted = true;
  }

  async #waitForPart(): Promise<Value> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    if (this.#failure !== undefined) throw this.#failure.error;
    this.exhausted = true;
    return null;
  }

  #grow(delta: string): void {
    this.#text += delta;
    const visible = visibleText(this.#text);
    const grown = visible.startsWith(this.#visible) ? visible.slice(this.#visible.length) : visible;
    this.#visible = visible;
    this.#offer(this.#part(delta, grown, null));
  }

  #part(delta: string, visibleDelta: string, finishReason: string | null): Value {
    return record({
      delta,
      visible_delta: visibleDelta,
      partial: this.#text,
      role: "assistant",
      finish_reason: finishReason,
    });
  }

  #offer(part: Value): void {
    this.#ready.push(part);
    this.#wake?.();
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    this.#failure = failure;
    this.#isEnded = true;
    this.#wake?.();
  }
}
