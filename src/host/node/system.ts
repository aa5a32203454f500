import { arch, cpus, freemem, hostname, totalmem, userInfo } from "node:os";
import type { HostSystem } from "../../builtin/index.ts";

/** Names as programs know them: `windows`, `x86_64`, `aarch64`. */
const platforms: Readonly<Record<string, string>> = { win32: "windows" };
const architectures: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64", ia32: "x86" };

export const nodeSystem: HostSystem = {
  platform: platforms[process.platform] ?? process.platform,
  architecture: architectures[arch()] ?? arch(),
  get hostname() {
    return hostname();
  },
  get username() {
    return nameOfUser();
  },
  processId: process.pid,
  cpuCount: () => cpus().length,
  cpuModel: () => cpus()[0]?.model,
  memory: () => ({ totalBytes: totalmem(), freeBytes: freemem() }),
};

/** A container may run under a user id that has no entry. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
