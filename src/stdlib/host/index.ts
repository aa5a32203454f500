import type { CatalogPart } from "../../builtin/index.ts";
import { clockBuiltins } from "./clock.ts";
import { cryptoBuiltins } from "./crypto/crypto.ts";
import { csvBuiltins } from "./csv.ts";
import { datetimeBuiltins } from "./datetime/datetime.ts";
import { fileBuiltins } from "./files.ts";
import { harnessMethods } from "./harness.ts";
import { hostCallBuiltins } from "./host-calls.ts";
import { httpClientBuiltins, httpStreamBuiltins } from "./http/client.ts";
import { eventClientBuiltins } from "./http/event-client.ts";
import { httpMockBuiltins } from "./http/mocks.ts";
import { httpResponseBuiltins } from "./http/response.ts";
import { httpServerBuiltins } from "./http/server.ts";
import { serverEventBuiltins } from "./http/server-events.ts";
import { httpServerTlsBuiltins } from "./http/server-tls.ts";
import { logBuiltins } from "./log.ts";
import { pathBuiltins } from "./paths.ts";
import { processBuiltins } from "./process.ts";
import { progressBuiltins } from "./progress.ts";
import { randomBuiltins } from "./random.ts";
import { regexBuiltins } from "./regex.ts";
import { checkpointBuiltins, storeBuiltins } from "./state/state.ts";
import { stdioBuiltins } from "./stdio.ts";
import { styleBuiltins } from "./style.ts";
import { systemBuiltins } from "./system.ts";
import { templateBuiltins } from "./template/template.ts";
import { timingBuiltins } from "./tracing/timing.ts";
import { tracingBuiltins } from "./tracing/tracing.ts";
import { urlBuiltins } from "./url.ts";
import { uuidBuiltins } from "./uuid.ts";

export { outlineTemplate, type TemplateOutline, templateProblem } from "./template/outline.ts";

/** The library's host-facing half: everything that reaches the outside, and what is usually needed next to it. */
export const hostStdlib: readonly CatalogPart[] = [
  { builtins: stdioBuiltins, handleMethods: harnessMethods },
  { builtins: logBuiltins },
  { builtins: timingBuiltins },
  { builtins: tracingBuiltins },
  { builtins: styleBuiltins },
  { builtins: progressBuiltins },
  { builtins: uuidBuiltins },
  { builtins: fileBuiltins },
  { builtins: storeBuiltins },
  { builtins: checkpointBuiltins },
  { builtins: pathBuiltins },
  { builtins: processBuiltins },
  { builtins: systemBuiltins },
  { builtins: clockBuiltins },
  { builtins: datetimeBuiltins },
  { builtins: randomBuiltins },
  { builtins: cryptoBuiltins },
  { builtins: regexBuiltins },
  { builtins: urlBuiltins },
  { builtins: csvBuiltins },
  { builtins: templateBuiltins },
  { builtins: hostCallBuiltins },
  { builtins: httpClientBuiltins },
  { builtins: httpStreamBuiltins },
  { builtins: httpMockBuiltins },
  { builtins: httpResponseBuiltins },
  { builtins: httpServerBuiltins },
  { builtins: httpServerTlsBuiltins },
  { builtins: serverEventBuiltins },
  { builtins: eventClientBuiltins },
];

export { ConsoleState, consoleState } from "./console.ts";
export { type AsymmetricCrypto, asymmetricCrypto, type JwtAlgorithm } from "./crypto/asymmetric.ts";
export { Refusal } from "./faults.ts";
export { CapabilityHandle, createHarness, HarnessHandle } from "./harness.ts";
export { type HostBridge, HostMocks, hostBridge, hostMocks } from "./host-calls.ts";
export { type RedirectRules, sendFollowing } from "./http/redirects.ts";
export { type LogTrace, logTrace } from "./log.ts";
export { MockableClock, mockableClock } from "./mockable-clock.ts";
export { type ProgramPlace, programPlace } from "./place.ts";
export { type CompiledRegex, type RegexEngine, type RegexMatch, regexEngine } from "./regex-engine.ts";
export { createHostServices, type HostServices, type HostServicesOptions } from "./services.ts";
export { type ProgramState, programState, type StatePlace } from "./state/state.ts";
