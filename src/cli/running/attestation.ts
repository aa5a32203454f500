import { join, resolve } from "node:path";
import { type EventLog, MemoryEventLog, topic } from "../../eventlog/index.ts";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { createNodeHost } from "../../host/node/index.ts";
import { provenanceSeed, SigningKeyError } from "../../host/node/signing-key.ts";
import { type RunResult, statusOf } from "../../program/run-program.ts";
import { issueReceipt, receiptCodec } from "../../records/index.ts";
import { IdSource } from "../../runtime/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { product } from "../product.ts";
import { receiptCrypto } from "./receipt-crypto.ts";
import type { RunRequest } from "./run-request.ts";

const provenance = topic("run.provenance");
const queueDepth = 256;
const defaultAgent = "harn-cli";

export interface AttestationOptions {
  readonly cwd: string;
  readonly agent: string | undefined;
  /** Where the receipt goes, relative to `cwd`. */
  readonly path: string | undefined;
}

type RunFacts = Pick<RunRequest, "argv" | "isInline" | "rules" | "source"> & { readonly project: string };

/** The signed receipt of a run: of all events that are in the log which the run is given. */
export interface Attestation {
  readonly log: EventLog;
  begin(run: RunFacts): void;
  /** Writes the receipt, whole, and gives its path. */
  finish(result: RunResult): Promise<string>;
}

/** Nothing is run whose receipt could not be signed: the key is read first. */
export function openAttestation({ agent, cwd, path }: AttestationOptions): Attestation {
  const { clock, environment, files, random } = createNodeHost({ cwd });
  const now = (): number => clock.now();
  const log = new MemoryEventLog({ now, queueDepth, sha256: receiptCrypto.sha256 });
  const name = agent === undefined || agent.trim() === "" ? defaultAgent : agent.trim();
  const seed = attempt(() => provenanceSeed(name, (variable) => environment.get(variable)));
  const startedAt = now();
  let pipeline = "";
  return {
    log,
    begin(run) {
      pipeline = run.isInline ? "<eval>" : run.source.path;
      const payload = { pipeline, argv: run.argv, project_root: run.project, sandbox: sandboxOf(run) };
      log.append(provenance, { kind: "started", payload });
    },
    async finish(result) {
      const status = statusOf(result);
      const outcome = { pipeline, status: status === 0 ? "success" : "failure", exit_code: status };
      log.append(provenance, { kind: "finished", payload: outcome });
      const finishedAt = now();
      const id = `receipt-${new IdSource(clock, random).uuid()}`;
      const receipt = await issueReceipt(
        log,
        {
          id,
          now: finishedAt,
          producer: { name: "harn-cli", version: product.version },
          run: { ...outcome, started_at_ms: startedAt, finished_at_ms: finishedAt },
        },
        {
          ...receiptCrypto,
          publicKey: nodeAsymmetricCrypto.ed25519Public(seed),
          sign: (message) => nodeAsymmetricCrypto.ed25519Sign(seed, message),
        },
      );
      const target = path ?? join(stateFolder(environment.get("HARN_STATE_DIR")), "receipts", `${id}.json`);
      attempt(() => {
        files.makeFolder(resolve(cwd, target, ".."));
        files.writeAtomic(resolve(cwd, target), `${receiptCodec.print(receipt, "")}\n`);
      });
      return target;
    },
  };
}

function stateFolder(given: string | undefined): string {
  return given === undefined || given.trim() === "" ? ".harn" : given.trim();
}

function sandboxOf({ project, rules }: RunFacts) {
  const isActive = rules.isSandboxed;
  return {
    run_default_enabled: isActive,
    active: isActive,
    workspace_roots: isActive ? [project] : [],
    profile: isActive ? "worktree" : "unrestricted",
    egress: isActive ? "explicit_policy_required" : "unrestricted",
  };
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const reason = error instanceof SigningKeyError ? `failed to load provenance signing key: ${words}` : words;
    throw new CommandFailure("attestation", `failed to emit provenance receipt: ${reason}`, { cause: error });
  }
}
