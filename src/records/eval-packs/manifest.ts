import { isJsonObject, type Json } from "../../eventlog/index.ts";
import { readShape } from "../artifacts.ts";
import type { RecordServices } from "../services.ts";
import { type EvalLadder, evalLadder } from "../shapes/eval-ladder.ts";
import { type EvalPack, evalPack } from "../shapes/eval-pack.ts";

interface NameServices {
  readonly ids: Pick<RecordServices["ids"], "next">;
}

export function readEvalPack(json: Json, services: NameServices): EvalPack {
  const given = readShape("orchestration", () => evalPack.read(json, ""), json);
  const named = given.id === "" ? (given.name ?? "") : given.id;
  return {
    ...given,
    version: given.version === 0 ? 1 : given.version,
    id: named === "" ? services.ids.next("eval_pack") : named,
    ladders: given.ladders.map((ladder) => completeLadder(ladder, services)),
  };
}

/** The manifest of a pack that has its id, as JSON. */
export function evalPackManifest(json: Json): Json {
  return evalPack.toJson(readEvalPack(json, { ids: { next: (prefix) => prefix } }));
}

export function readEvalLadder(json: Json, services: NameServices): EvalLadder {
  return completeLadder(
    readShape("orchestration", () => evalLadder.read(json, ""), json),
    services,
  );
}

function completeLadder(given: EvalLadder, services: NameServices): EvalLadder {
  const usual = evalLadder.read({ model_routes: [{ id: "default" }], backend: { kind: "replay" } }, "");
  const routes = given.model_routes.length === 0 ? usual.model_routes : given.model_routes;
  const named = isBlank(given.id) ? (given.name ?? "") : given.id;
  return {
    ...given,
    _type: given._type === "" ? "persona_eval_ladder_manifest" : given._type,
    version: given.version === 0 ? 1 : given.version,
    id: isBlank(named) ? services.ids.next("persona_eval_ladder") : named,
    persona: isBlank(given.persona) ? "merge_captain" : given.persona,
    backend: isBlank(given.backend.kind) ? { ...given.backend, kind: usual.backend.kind } : given.backend,
    model_routes: numbered("route", routes),
    timeout_tiers: numbered("tier", given.timeout_tiers),
  };
}

function numbered<T extends { readonly id: string }>(word: string, items: readonly T[]): readonly T[] {
  return items.map((item, at) => (isBlank(item.id) ? { ...item, id: `${word}_${at + 1}` } : item));
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** Whether JSON is an eval pack, and not the manifest of a suite. */
export function isEvalPack(json: Json): boolean {
  return (
    isJsonObject(json) &&
    (json.version !== undefined || json.rubrics !== undefined) &&
    (json.cases !== undefined || json.ladders !== undefined)
  );
}

/** Whether JSON is a ladder by itself. */
export function isEvalLadder(json: Json): boolean {
  if (!isJsonObject(json)) return false;
  const { _type, cases, ladders, "timeout-tiers": dashed, timeout_tiers } = json;
  if (_type === "persona_eval_ladder_manifest") return true;
  return cases === undefined && ladders === undefined && (timeout_tiers ?? dashed) !== undefined;
}
