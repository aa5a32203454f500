import {
  type Egress,
  egressKey,
  type Host,
  type RegexEngine,
  regexEngine,
  type ServiceKey,
} from "../../builtin/index.ts";
import { thrown } from "../../value/index.ts";
import { type CompressionEngine, compressionEngine } from "./compression/engine.ts";
import { type AsymmetricCrypto, asymmetricCrypto } from "./crypto/asymmetric.ts";
import { type AuthenticatedEncryption, authenticatedEncryption } from "./crypto/authenticated-encryption.ts";
import { type HostDigests, hostDigests } from "./crypto/host-digests.ts";
import { createHarness, type HarnessHandle } from "./harness.ts";
import { type HostBridge, hostBridge } from "./host-bridge.ts";
import { MockableClock, mockableClock } from "./mockable-clock.ts";
import { type ProgramPlace, programPlace } from "./place.ts";
import { createProgramState, programState, type StatePlace, statePlace } from "./state/state.ts";
import { type TestBench, testBench } from "./test-bench.ts";

export interface HostServicesOptions {
  readonly place?: ProgramPlace;
  /** Where `store_*` and `checkpoint*` keep what they are given; without it, it lives as long as the runtime. */
  readonly state?: StatePlace;
  /** Without one, patterns and key pairs are refused by name. */
  readonly regexEngine?: RegexEngine;
  readonly asymmetricCrypto?: AsymmetricCrypto;
  /** Without them, digests of long contents are made in JavaScript. */
  readonly digests?: HostDigests;
  /** Without it, files of tokens are refused by name. */
  readonly encryption?: AuthenticatedEncryption;
  /** Without one, compressing is refused by name. */
  readonly compression?: CompressionEngine;
  readonly bridge?: HostBridge;
  /** The test bench that the program runs under. */
  readonly testBench?: TestBench;
  /** Whether requests are refused as long as the runtime puts no egress policy of its own in the place of `egressKey`. */
  readonly requiresEgressPolicy?: boolean;
}

export interface HostServices {
  /** The host that programs are to see: its clock can be mocked. */
  readonly host: Host;
  readonly harness: HarnessHandle;
  readonly services: ReadonlyMap<ServiceKey<unknown>, unknown>;
}

/** Everything that the builtins of this folder remember between calls: made once for each runtime, shared with no other. */
export function createHostServices(host: Host, options: HostServicesOptions = {}): HostServices {
  const bench = options.testBench;
  const clock = new MockableClock(host.clock, () => bench?.leaked("clock/timer"));
  if (bench?.startAt !== undefined) clock.mock(bench.startAt);
  bench?.began(clock);
  const services = new Map<ServiceKey<unknown>, unknown>();
  const provide = <T>(key: ServiceKey<T>, service: T): void => {
    services.set(key, service);
  };
  const engine = options.regexEngine ?? missingEngine;
  provide(mockableClock, clock);
  provide(programPlace, options.place ?? { sourceFolder: undefined, assetRoot: () => undefined });
  provide(regexEngine, engine);
  provide(testBench, { bench });
  provide(hostBridge, { bridge: options.bridge });
  provide(statePlace, { place: options.state });
  provide(programState, createProgramState(options.state, host.clock));
  if (options.digests !== undefined) provide(hostDigests, options.digests);
  if (options.compression !== undefined) provide(compressionEngine, options.compression);
  provide(egressKey, options.requiresEgressPolicy === true ? noEgress : openEgress());
  if (options.encryption !== undefined) provide(authenticatedEncryption, options.encryption);
  if (options.asymmetricCrypto !== undefined) provide(asymmetricCrypto, options.asymmetricCrypto);
  return { host: { ...host, clock }, harness: createHarness(), services };
}

const missingEngine: RegexEngine = {
  compile() {
    throw new Error("this host offers no regular expressions");
  },
};

const openEgress = (): Egress => ({ check: () => {} });

const noEgress: Egress = {
  check(surface, url) {
    throw thrown(`EgressBlocked: ${surface} blocked for ${url} (no egress policy configured)`);
  },
};
