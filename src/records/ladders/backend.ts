// Where the transcript of a sweep comes from.
import { type Json, parseExactJson } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { RunRecordError } from "../error.ts";
import { absoluteIn } from "../eval-suite.ts";
import { nullable, readWhole, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import type { RecordServices } from "../services.ts";
import { type Golden, loadGolden } from "./golden.ts";
import { isPlayground, loadPlayground, sweepPlayground } from "./playground.ts";
import { loadTranscript, type TranscriptEvent } from "./transcript.ts";

type Files = Pick<RecordServices, "files">;

/** A playground or a scenario of transcripts, or a transcript. */
export interface Backend {
  readonly kind: "mock" | "replay";
  readonly path: string;
}

/** The backend that words name. `needs` tells where its path belongs. */
export function backendOf(kind: string, path: string | null, needs: (kind: string) => string): Backend {
  switch (kind) {
    case "mock":
    case "replay":
      if (path === null) throw new RunRecordError(needs(kind));
      return { kind, path };
    case "live":
      throw new RunRecordError(
        "merge-captain live backend requires the production connector runtime; use the backend mock with a playground or replay with a transcript",
      );
    default:
      throw new RunRecordError(`unsupported persona eval ladder backend '${kind}'`);
  }
}

/** What a sweep works through. */
export interface SweepSource {
  readonly events: readonly TranscriptEvent[];
  readonly golden: Golden | undefined;
  readonly scenario: string | null;
}

export function openBackend({ kind, path }: Backend, services: Files): SweepSource {
  if (kind === "replay") {
    const golden = goldenIfThere(goldensOf(path), services);
    return { events: loadTranscript(path, services), golden, scenario: golden?.scenario ?? null };
  }
  if (!isPlayground(path, services)) return openScenario(path, services);
  const { scenario, state } = loadPlayground(path, services);
  return { events: sweepPlayground(state), golden: goldenIfThere([`${path}/golden.json`], services), scenario };
}

const mockScenario = record("MockScenarioManifest", {
  _type: text,
  scenario: nullable(text),
  transcript: text,
  golden: nullable(text),
});

/** A manifest, or a folder with one, that names a transcript and what to hold it to. */
function openScenario(path: string, services: Files): SweepSource {
  const file = scenarioFile(path, services);
  const given = readWhole(mockScenario, readJson(file, services));
  if (given.transcript === "") throw new RunRecordError(`mock scenario manifest ${file} must set transcript`);
  const at = absoluteIn(folderOf(file) ?? ".");
  const golden = given.golden === null ? undefined : loadGolden(at(given.golden), services);
  const scenario = given.scenario ?? golden?.scenario ?? null;
  return { events: loadTranscript(at(given.transcript), services), golden, scenario };
}

function scenarioFile(path: string, { files }: Files): string {
  if (files.exists(path) && files.stat(path, true).kind === "file") return path;
  const names = ["merge_captain.scenario.json", "scenario.json", "harn.merge-captain.json"];
  const found = names.map((name) => `${path}/${name}`).find((each) => files.exists(each));
  if (found !== undefined) return found;
  throw new RunRecordError(`mock backend expected a scenario manifest at ${path}/${names[0]}`);
}

function readJson(path: string, { files }: Files): Json {
  try {
    return parseExactJson(files.readText(path));
  } catch (error) {
    throw new RunRecordError(`failed to read mock scenario manifest ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Where the golden of a transcript may lie: beside it, or in `goldens` beside its folder `transcripts`. */
function goldensOf(transcript: string): readonly string[] {
  const folder = folderOf(transcript);
  const name = transcript.slice(transcript.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  const stem = dot <= 0 ? name : name.slice(0, dot);
  const beside = folder === undefined ? "" : `${folder}/`;
  const isKept = folder === "transcripts" || folder?.endsWith("/transcripts") === true;
  return [
    `${beside}${stem}.golden.json`,
    ...(isKept ? [`${beside.slice(0, -"transcripts/".length)}goldens/${stem}.json`] : []),
  ];
}

function goldenIfThere(paths: readonly string[], services: Files): Golden | undefined {
  const found = paths.find((path) => services.files.exists(path));
  return found === undefined ? undefined : loadGolden(found, services);
}

function folderOf(path: string): string | undefined {
  const cut = path.lastIndexOf("/");
  return cut === -1 ? undefined : path.slice(0, cut) || "/";
}
