import { Catalog } from "../../builtin/index.ts";
import { createNodeHost } from "../../host/node/index.ts";
import { pureStdlib } from "../../stdlib/index.ts";
import { createEffectBoundary, Runtime } from "../../runtime/index.ts";
import { ListValue } from "../../value/index.ts";
import { machineCatalog } from "../../vm/index.ts";
import type { StandardStream } from "../output.ts";

export interface SessionOptions {
  readonly cwd: string;
  readonly arguments: readonly string[];
  readonly write: (stream: StandardStream, text: string) => void;
}

export const catalog = new Catalog([machineCatalog, ...pureStdlib]);

export function openSession(options: SessionOptions): Runtime {
  const host = createNodeHost({ cwd: options.cwd });
  return new Runtime({
    host,
    catalog,
    boundary: createEffectBoundary({ now: () => host.clock.now() }),
    services: new Map(),
    globals: new Map([["argv", new ListValue([...options.arguments])]]),
    output: options.write,
  });
}
