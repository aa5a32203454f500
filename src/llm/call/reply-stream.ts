import type { CallContext } from "../../builtin/index.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { Channel } from "../../vm/concurrency/channel.ts";
import { StreamHandle } from "../../vm/concurrency/stream-handle.ts";
import { numberAt, record, textAt } from "../fields.ts";
import type { CallInput } from "../options/call-options.ts";
import { withOptions } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { visibleText } from "../tools/visible-text.ts";
import { errorDict, prepare, runCall, withFailureDicts } from "./call.ts";

/** `{delta, visible_delta, partial, role, finish_reason}` as the answer grows; the last has an empty delta and the reason. */
export function streamParts(context: CallContext, service: LlmService, input: CallInput): StreamHandle {
  const controller = linkedController(context);
  const stream = new StreamHandle(() => controller.abort());
  const prepared = prepare(context, service, input);
  let text = "";
  let visible = "";
  const part = (delta: string, visibleDelta: string, finishReason: string | null): Value =>
    record({ delta, visible_delta: visibleDelta, partial: text, role: "assistant", finish_reason: finishReason });
  const grow = (delta: string): void => {
    text += delta;
    const shown = visibleText(text);
    stream.push(part(delta, shown.startsWith(visible) ? shown.slice(visible.length) : shown, null));
    visible = shown;
  };
  withFailureDicts(prepared, () =>
    runCall(context, service, prepared, { listener: { text: grow }, signal: controller.signal }),
  ).then(
    (outcome) => {
      stream.push(part("", "", outcome.read.reply.stopReason ?? null));
      stream.end();
    },
    (error: unknown) => stream.fail(error),
  );
  return stream;
}

/** Nothing of an answer is dropped, however late it is read. */
const channelCapacity = Number.MAX_SAFE_INTEGER;
const defaultIdleSeconds = 30;
const totalSeconds = 1800;

/** The deltas of an answer as strings; a failure arrives as the last of them, `error: …`. */
export function streamText(context: CallContext, service: LlmService, input: CallInput): Channel {
  const controller = linkedController(context);
  const channel = new Channel("llm_stream", channelCapacity, "outside");
  const { clock } = service.host;
  const idleMs = idleSeconds(service, input.options) * 1000;
  const expire = (): void => {
    channel.trySend(`error: no output for ${idleMs / 1000}s`);
    channel.close();
    controller.abort();
  };
  let stopIdling = clock.schedule(idleMs, expire);
  const options = withOptions(input.options, {
    stream: true,
    timeout: numberAt(input.options, "timeout") ?? totalSeconds,
  });
  const listener = {
    text: (delta: string): void => {
      stopIdling();
      stopIdling = clock.schedule(idleMs, expire);
      channel.trySend(delta);
    },
  };
  const prepared = prepare(context, service, { ...input, options });
  withFailureDicts(prepared, () => runCall(context, service, prepared, { listener, signal: controller.signal }))
    .catch((error: unknown) => {
      if (!channel.isClosed) channel.trySend(`error: ${messageOf(error)}`);
    })
    .finally(() => {
      stopIdling();
      channel.close();
    });
  return channel;
}

function messageOf(error: unknown): string {
  const dict: DictValue = errorDict(error);
  return textAt(dict, "message") ?? "the call failed";
}

function idleSeconds(service: LlmService, options: DictValue | undefined): number {
  const configured = Number(service.catalog.environment("HARN_LLM_IDLE_TIMEOUT"));
  return (
    numberAt(options, "idle_timeout") ??
    (Number.isFinite(configured) && configured > 0 ? configured : defaultIdleSeconds)
  );
}

/** Aborts with the task that asked. */
function linkedController(context: CallContext): AbortController {
  const controller = new AbortController();
  context.signal.addEventListener("abort", () => controller.abort(), { once: true });
  return controller;
}
