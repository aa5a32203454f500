import { serviceKey } from "../../builtin/index.ts";
import type { DictValue, Value } from "../../value/index.ts";

/** An embedder's own capabilities and tools. */
export interface HostBridge {
  readonly capabilities: readonly {
    readonly name: string;
    readonly description: string;
    readonly operations: Readonly<Record<string, string>>;
  }[];
  /** `undefined` leaves the call to what every host can do. */
  call(capability: string, operation: string, params: DictValue): Promise<Value | undefined>;
  tools(): Promise<readonly Value[]>;
  callTool(name: string, args: Value): Promise<Value>;
}

/** The bridge of this runtime; `undefined` when nobody attached one. */
export const hostBridge = serviceKey<{ readonly bridge: HostBridge | undefined }>("host bridge");
