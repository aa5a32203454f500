import { dictAt, float, list, record, textAt, textsAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

export type RiskLabel =
  | "destructive"
  | "write_intent"
  | "curl_pipe_shell"
  | "credential_file_read"
  | "network_exfil"
  | "sudo"
  | "package_install"
  | "git_force_push"
  | "process_kill"
  | "outside_workspace"
  | "deny_pattern";

interface Risk {
  readonly label: RiskLabel;
  readonly pattern: RegExp;
  readonly why: string;
}

const risks: readonly Risk[] = [
  {
    label: "destructive",
    pattern:
      /\brm\s+(?:-\S+\s+)*-\S*[rf]\S*\s|\bmkfs\b|\bdd\s+[^|;]*\bof=\/dev\/|\bshred\b|>\s*\/dev\/[sh]d|:\(\)\s*\{/,
    why: "it destroys data",
  },
  { label: "write_intent", pattern: /(?<![0-9&>])>{1,2}(?![&>])|\btee\b|\bsed\s+-\S*i/, why: "it writes files" },
  {
    label: "curl_pipe_shell",
    pattern: /\b(?:curl|wget)\b[^|]*\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b/,
    why: "it runs what it downloads",
  },
  {
    label: "credential_file_read",
    pattern: /\.ssh\/|\bid_(?:rsa|ed25519)\b|\.aws\/credentials|\.env\b|\.npmrc\b|\.netrc\b|\.pem\b/i,
    why: "it reads credentials",
  },
  {
    label: "network_exfil",
    pattern: /\b(?:curl|wget|nc|ncat|netcat|scp|rsync|ftp|sftp|telnet)\b/,
    why: "it talks to the network",
  },
  { label: "sudo", pattern: /(?:^|[\s;&|])(?:sudo|doas)\b/, why: "it asks for more rights" },
  {
    label: "package_install",
    pattern:
      /\b(?:npm|pnpm|yarn|bun|pip3?|gem|cargo|brew|apt|apt-get|dnf|yum|apk|go)\s+(?:-\S+\s+)*(?:install|add|i|get)\b/,
    why: "it installs packages",
  },
  {
    label: "git_force_push",
    pattern: /\bgit\s+(?:\S+\s+)*push\b.*\s(?:--force(?:-with-lease)?|-f)\b/,
    why: "it overwrites a remote's history",
  },
  { label: "process_kill", pattern: /(?:^|[\s;&|])(?:kill|pkill|killall)\b/, why: "it ends processes" },
];

const denied: ReadonlySet<RiskLabel> = new Set([
  "destructive",
  "curl_pipe_shell",
  "credential_file_read",
  "network_exfil",
]);

export interface Scan {
  readonly labels: readonly RiskLabel[];
  readonly advice: "allow" | "deny" | "require_approval";
  readonly rationale: string;
}

/** What is risky about a command, by what it looks like. */
export function scanCommand(line: string, roots: readonly string[]): Scan {
  const found = risks.filter((risk) => risk.pattern.test(line));
  const labels = found.map((risk) => risk.label).sort((a, b) => order(a) - order(b));
  if (roots.length > 0 && absolutePaths(line).some((path) => !roots.some((root) => isWithin(path, root))))
    labels.push("outside_workspace");
  const advice = labels.some((label) => denied.has(label)) ? "deny" : labels.length > 0 ? "require_approval" : "allow";
  const reasons = [
    ...found.map((risk) => risk.why),
    ...(labels.includes("outside_workspace") ? ["it names paths outside of the workspace"] : []),
  ];
  return { labels, advice, rationale: reasons.length === 0 ? "nothing risky was found" : reasons.join("; ") };
}

const labelOrder: readonly RiskLabel[] = ["destructive", "write_intent", "curl_pipe_shell", "credential_file_read"];

function order(label: RiskLabel): number {
  const at = labelOrder.indexOf(label);
  return at < 0 ? labelOrder.length : at;
}

function absolutePaths(line: string): string[] {
  return [...line.matchAll(/(?:^|[\s=<>'"])(\/[^\s'"<>|;&]+)/g)].map((match) => match[1] ?? "");
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`);
}

export function scanDict(scan: Scan): DictValue {
  return record({
    risk_labels: list(scan.labels),
    recommended_action: scan.advice,
    action: scan.advice,
    confidence: float(scan.labels.length > 0 ? 0.86 : 0.45),
    rationale: scan.rationale,
  });
}

/** A command of a request as one line. Its mode says which of the two it is; without one, words come first. */
export function commandLine(request: DictValue | undefined): string {
  const mode = textAt(request, "mode");
  const argv = mode === "shell" ? [] : (textsAt(request, "argv") ?? []);
  return argv.length > 0 || mode === "argv" ? argv.join(" ") : (textAt(request, "command") ?? "");
}

/** Everything that a request would start: its line, and behind a shell of its own choice the whole call of that "shell" as well. */
export function commandLines(request: DictValue): readonly string[] {
  const line = commandLine(request);
  const shell = textAt(request, "mode") === "shell" ? dictAt(request, "shell") : undefined;
  const path = textAt(shell, "path");
  return path === undefined ? [line] : [line, [path, ...(textsAt(shell, "default_args") ?? ["-c"]), line].join(" ")];
}

const secrets =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9_-]{20,}|(?:secret|token|password|credential|api_?key)\w*\s*[=:]\s*['"]?(?!\d+\b)[^\s'"]{6,}/i;

const signs: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["credential_output", secrets],
  ["permission_boundary_hit", /permission denied|operation not permitted/i],
  ["error_output", /\b(?:fatal|error):/i],
];

/** What a command's output shows: secrets, which make it unsafe to pass on, and signs of trouble. */
export function scanResult(context: DictValue): DictValue {
  const result = dictAt(context, "result");
  const output = `${textAt(result, "stdout") ?? ""}\n${textAt(result, "stderr") ?? ""}`;
  const labels = signs.flatMap(([label, pattern]) => (pattern.test(output) ? [label] : []));
  const isLeaking = labels.includes("credential_output");
  const action = isLeaking ? "mark_unsafe" : "allow";
  return record({
    risk_labels: list(labels),
    recommended_action: action,
    action,
    confidence: float(isLeaking ? 0.82 : 0.35),
    rationale: isLeaking ? "the output looks like it holds a secret" : "nothing risky was found in the output",
  });
}
