// Brings a clone to the point where it can run: packages installed as the lock file says, bundles built from the present sources.
// Both steps are skipped when there is nothing to do, so `npm start` and `npm test` are quick the second time and need no network.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, sourceFingerprint, stampFile } from "./tree.mjs";

const oldestNode = [20, 19];

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  console.error(`harn needs Node ${oldestNode.join(".")} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/**
 * npm keeps its own record of what it installed, written last. Comparing that record with the lock file needs no stamp of ours, and
 * an installation that was cut short does not count as done. Optional packages are for other platforms as often as not.
 */
function isInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = readLock(join(root, "package-lock.json"));
  const present = readLock(record);
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || entry.optional === true) continue;
    const found = present[path];
    if (found === undefined || found.version !== entry.version || found.integrity !== entry.integrity) return false;
  }
  return true;
}

function readLock(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
}

function install() {
  console.error("Installing packages (npm ci) ...");
  const npmCli = process.env.npm_execpath;
  const args = ["ci", "--prefer-offline", "--no-audit", "--no-fund"];
  const options = { cwd: root, stdio: ["ignore", 2, 2] };
  const done = npmCli?.endsWith(".js")
    ? spawnSync(process.execPath, [npmCli, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (done.status !== 0) {
    console.error("npm ci failed.");
    process.exit(done.status ?? 1);
  }
}

function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === sourceFingerprint();
}

export async function setup() {
  requireNode();
  if (!isInstalled()) install();
  if (isBuilt()) return;
  const { build } = await import("./build.mjs");
  await build();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await setup();
