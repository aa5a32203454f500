export { arityError, bindBuiltin, type NativeFunction } from "./bind.ts";
export { Catalog, type CatalogPart, type ReceiverKind } from "./catalog.ts";
export { conforms } from "./check.ts";
export { type CommandGate, commandGateKey, type GatedCommand, throughGate } from "./command-gate.ts";
export type { CallContext, ResumableFrame, WaitReason, WaitSubject, Waker } from "./context.ts";
export type {
  DatabaseConnection,
  DatabaseParameter,
  DatabaseRequest,
  DatabaseResult,
  DatabaseStatement,
  DatabaseTls,
  HostDatabases,
} from "./databases.ts";
export { type EffectBoundary, unguarded } from "./effects.ts";
export { type Egress, egressKey } from "./egress.ts";
export { type FileEdit, FileEdits, fileEditsKey } from "./file-edits.ts";
export { handleTypeOf } from "./handle-type.ts";
export {
  type FileStat,
  type Host,
  type HostClock,
  type HostEnvironment,
  HostError,
  type HostFiles,
  type HostHttp,
  type HostInput,
  type HostProcesses,
  type HostRandom,
  type HostSystem,
  type HostTerminal,
  type HttpRequest,
  type HttpResponse,
  type ProcessRequest,
  type ProcessResult,
  Refusal,
  settingsFilesOf,
  type TimerPurpose,
  whileLocked,
} from "./host.ts";
export { closingOnError, eachCall, PullHandle, PullIterator } from "./iteration.ts";
export { languageVersion } from "./language-version.ts";
export { indexOfParts, type LatePart, type PartIndex } from "./late-part.ts";
export { type LongRunning, type LongRunningWork, longRunningKey } from "./long-running.ts";
export { loopOptionKeys } from "./loop-options.ts";
export { namespace } from "./namespace.ts";
export { type OpenConnection, OpenConnections, openConnections } from "./open-connections.ts";
export { DONE, type Outcome, type Pulled, SUSPENDED } from "./outcome.ts";
export { optionKeys, type RecordField, recordFields } from "./record-types.ts";
export { redacted, redactUrl } from "./redact-url.ts";
export { type CompiledRegex, type RegexEngine, type RegexMatch, regexEngine, withRegex } from "./regex-engine.ts";
export { renderedForKey } from "./rendered-for.ts";
export { type ServiceKey, type ServiceSource, Services, serviceKey } from "./service.ts";
export {
  type Builtin,
  type BuiltinDeclaration,
  type CallbackLoop,
  declare,
  type Effect,
  type Intrinsic,
  type Method,
  opt,
  type Param,
  req,
  rest,
  type Ty,
} from "./shape.ts";
export type { Stop } from "./stop.ts";
export { QueuedTimer, TimerQueue } from "./timer-queue.ts";
export { t } from "./types.ts";
export type {
  HostWebSocket,
  HostWebSocketServer,
  HostWebSockets,
  WebSocketLimits,
  WebSocketMessage,
  WebSocketRequest,
  WebSocketUpgrade,
} from "./web-sockets.ts";
