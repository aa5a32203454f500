import { type CallContext, serviceKey } from "../../../builtin/index.ts";
import { DictValue, runtimeError } from "../../../value/index.ts";
import { textOption } from "../options.ts";
import { type TokenEntry, withoutExpired } from "./token-entries.ts";
import { loadTokens, lockTokens, saveTokens, type TokenFile } from "./token-file.ts";

/** What the handles of one runtime stand for. A handle names a store; keys and tokens are here alone. */
export class TokenStores {
  readonly #memories = new Map<string, Map<string, TokenEntry>>();
  readonly #fileKeys = new Map<string, Uint8Array>();

  openMemory(): DictValue {
    const id = `memory-${this.#memories.size + 1}`;
    this.#memories.set(id, new Map());
    return DictValue.of({ kind: "memory", id });
  }

  openFile(path: string, key: Uint8Array): DictValue {
    const id = `file-${this.#fileKeys.size + 1}`;
    this.#fileKeys.set(id, key);
    return DictValue.of({ kind: "file", id, path });
  }

  memory(handle: DictValue): Map<string, TokenEntry> {
    const id = idOf(handle);
    const memory = this.#memories.get(id);
    if (memory === undefined)
      throw runtimeError(`oauth storage: memory handle \`${id}\` is not registered in this run`);
    return memory;
  }

  file(handle: DictValue): TokenFile {
    const path = textOption(handle, "path");
    if (path === undefined) throw runtimeError("oauth storage file handle is missing `path`");
    const id = idOf(handle);
    const key = this.#fileKeys.get(id);
    if (key === undefined)
      throw runtimeError(`oauth storage: encryption key for file handle \`${id}\` is no longer registered`);
    return { path, key };
  }
}

function idOf(handle: DictValue): string {
  const id = textOption(handle, "id");
  if (id === undefined) throw runtimeError("oauth storage handle is missing `id`");
  return id;
}

export const tokenStores = serviceKey<TokenStores>("OAuth token stores", () => new TokenStores());

/** A store that is read as a whole and written as a whole. */
export interface TokenStore {
  read(): Map<string, TokenEntry>;
  /** Reads, and writes what `change` made of it if it says that it made something. Nobody else writes between. */
  update(change: (entries: Map<string, TokenEntry>) => boolean): void;
}

/** The store behind a handle of kind `memory` or `file`, as far as its entries have not expired. */
export function storeOf(context: CallContext, builtin: string, handle: DictValue, kind: "memory" | "file"): TokenStore {
  const now = (): number => context.host.clock.now();
  const stores = context.service(tokenStores);
  if (kind === "memory") {
    const memory = stores.memory(handle);
    return {
      read: () => withoutExpired(memory, now()),
      update(change) {
        const entries = withoutExpired(memory, now());
        if (!change(entries)) return;
        memory.clear();
        for (const [key, entry] of entries) memory.set(key, entry);
      },
    };
  }
  const file = stores.file(handle);
  const read = (): Map<string, TokenEntry> => withoutExpired(loadTokens(context, builtin, file), now());
  return {
    read,
    update: (change) =>
      lockTokens(context, builtin, file, () => {
        const entries = read();
        if (change(entries)) saveTokens(context, builtin, file, entries);
      }),
  };
}
