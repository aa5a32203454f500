import type { HostSystem } from "../../builtin/index.ts";
import { lazy } from "./lazy-modules.ts";

/** Names as programs know them: `windows`, `x86_64`, `aarch64`. */
const platforms: Readonly<Record<string, string>> = { win32: "windows" };
const architectures: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64", ia32: "x86" };

export const nodeSystem: HostSystem = {
  platform: platforms[process.platform] ?? process.platform,
  architecture: architectures[process.arch] ?? process.arch,
  get hostname() {
    return lazy.os.hostname();
  },
  get username() {
    return nameOfUser();
  },
  processId: process.pid,
  cpuCount: () => lazy.os.cpus().length,
  cpuModel: () => lazy.os.cpus()[0]?.model,
  memory: () => ({ totalBytes: lazy.os.totalmem(), freeBytes: lazy.os.freemem() }),
};

/** A container may run under a user id that has no entry. */
function nameOfUser(): string | undefined {
  try {
    return lazy.os.userInfo().username;
  } catch {
    return undefined;
  }
}
