export { ActiveLog, type ActiveLogOptions, activeLogKey, type DurableState } from "./active-log.ts";
export { encodePayload, requireHeaderName } from "./append.ts";
export { eventLogCatalog } from "./builtins.ts";
export { batchPolicy } from "./channels/batch-policy.ts";
export { Channels, type ChannelsOptions } from "./channels/channels.ts";
export {
  type BatchPolicy,
  type ChannelBinding,
  type ChannelDispatchResult,
  providerHeaders,
  providerPayload,
} from "./channels/delivery.ts";
export { channelsKey } from "./channels/key.ts";
export { type ChannelEmit, channelEventKind, signedTime } from "./channels/record.ts";
export { type ChannelSelector, ChannelSelectorError, parseChannelSelector } from "./channels/selector.ts";
export { type EventLogConfig, eventLogConfig, stateFolderOf } from "./config.ts";
export {
  type Answer,
  type CompactReport,
  type Durability,
  defaultQueueDepth,
  type EventLog,
  type IdempotentAppend,
  type LogDescription,
  type SubscribeOptions,
} from "./contract.ts";
export {
  type DispatchScope,
  dispatchScope,
  durableId,
  isReplaying,
  traceIdOf,
  type UuidSource,
  uuidSource,
} from "./dispatch-scope.ts";
export { type DurableWait, type WaitEnd, waitDurably } from "./durable-wait.ts";
export { EventLogError, type EventLogErrorCategory, SubscriberLagged, stepError } from "./error.ts";
export { type EventId, type EventInput, LogEvent, type StoredEvent } from "./event.ts";
export { EventIndex } from "./event-index.ts";
export { EventStream, eventValue, logFault } from "./event-stream.ts";
export {
  describeJson,
  encodeJson,
  encodeNumber,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonNumber,
  memberName,
  RawJson,
  sortedKeys,
} from "./json.ts";
export { formatFloat } from "./json-number.ts";
export { MemoryEventLog, type MemoryLogOptions } from "./memory-log.ts";
export { millisecondsOf } from "./option-fields.ts";
export {
  hashOf,
  previousHashHeader,
  recomputeHash,
  recordHashHeader,
  schemaHeader,
  stampHeaders,
  verifyChain,
} from "./provenance.ts";
export { encodeRedacted, redactJson, redactObject, redactText, secretForm } from "./redaction.ts";
export { RunEventBus, type RunEventSink, teeSinks } from "./run-event-bus.ts";
export {
  encodeRunEventLine,
  RunEventLines,
  type RunEventLinesOptions,
  type RunFailure,
  type TerminalEvent,
} from "./run-event-lines.ts";
export { forwardTranscriptEntry, personaTopic, runWatchers } from "./run-event-sources.ts";
export { RunEventStream } from "./run-event-stream.ts";
export {
  type HookEvent,
  type PackRunEvent,
  type PersonaStageEvent,
  type RunEvent,
  rfc3339,
  type StderrEvent,
  type StdoutEvent,
  type ToolCallEvent,
  type ToolResultEvent,
  type TranscriptEvent,
} from "./run-events.ts";
export { type Sha256, sha256, sha256Bytes } from "./sha256.ts";
export { stepsKey } from "./steps/key.ts";
export { LiveReaders, type Subscription, type TopicSource } from "./subscription.ts";
export { parseTimestamp, timestampProblem } from "./timestamps.ts";
export { type ConsumerId, consumerId, sanitizeTopicComponent, type Topic, topic } from "./topic.ts";
export { topicEvents } from "./topic-events.ts";
export { TopicFold } from "./topic-fold.ts";
export { jsonOfValue, parseExactJson, parsePlainJson, valueOfJson } from "./value-json.ts";
export {
  cancelWaitpoint,
  completeWaitpoint,
  createWaitpoint,
  findWaitpoint,
  type WaitpointEnd,
  WaitpointError,
} from "./waitpoints/single.ts";
export { type Waitpoint, type WaitpointStatus, waitpointTopic } from "./waitpoints/waitpoint-log.ts";
