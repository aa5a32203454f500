import { textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

export interface SkillPlace {
  readonly args: readonly string[];
  readonly skillFolder: string | undefined;
  readonly sessionId: string | undefined;
  /** The text of a skill that is kept in a folder, by its id or name. */
  readonly folderBody?: (id: string) => string | undefined;
  readonly environment: (name: string) => string | undefined;
}

/**
 * A skill's body with its placeholders filled: `$ARGUMENTS`, `$1` … (one that is not given stays, as `$0` does),
 * `${HARN_SKILL_DIR}`, `${HARN_SESSION_ID}` and other `${HARN_…}` names; `$$` is a dollar sign.
 */
export function renderSkill(body: string, place: SkillPlace): string {
  return body.replace(
    /\$(?:\$|ARGUMENTS\b|(\d+)|\{(HARN_[A-Z0-9_]+)\})/g,
    (whole, digits: string | undefined, name: string | undefined) => {
      if (whole === "$$") return "$";
      if (whole === "$ARGUMENTS") return place.args.join(" ");
      if (digits !== undefined) return digits === "0" ? whole : (place.args[Number(digits) - 1] ?? whole);
      return placeValue(name ?? "", place) ?? whole;
    },
  );
}

/** The text of a skill before its placeholders are filled: its own, or what its folder holds. */
export function skillText(skill: DictValue, place: Pick<SkillPlace, "folderBody">): string {
  const own = textAt(skill, "body") ?? textAt(skill, "prompt");
  return own ?? place.folderBody?.(textAt(skill, "id") ?? textAt(skill, "name") ?? "") ?? "";
}

function placeValue(name: string, place: SkillPlace): string | undefined {
  if (name === "HARN_SKILL_DIR") return place.skillFolder;
  if (name === "HARN_SESSION_ID") return place.sessionId ?? place.environment(name);
  return place.environment(name);
}
