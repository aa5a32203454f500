import { record, textAt } from "../../llm/fields.ts";
import { type DictValue, stringifyJson } from "../../value/index.ts";
import { artifactTitle, priorityOf } from "./artifact.ts";

/** Artifacts as a model reads them, one block each; `json` gives a line of JSON each. */
export function renderArtifacts(artifacts: readonly DictValue[], form: string | undefined): string {
  return artifacts.map(form === "json" ? asJson : asBlock).join("\n\n");
}

function bodyOf(artifact: DictValue): string {
  const text = textAt(artifact, "text");
  if (text !== undefined) return text;
  const data = artifact.get("data") ?? null;
  return data === null ? "" : stringifyJson(data);
}

function asBlock(artifact: DictValue): string {
  return [
    "<artifact>",
    `<title>${artifactTitle(artifact)}</title>`,
    `<kind>${textAt(artifact, "kind") ?? "artifact"}</kind>`,
    `<source>${textAt(artifact, "source") ?? "unknown"}</source>`,
    `<freshness>${textAt(artifact, "freshness") ?? "normal"}</freshness>`,
    `<priority>${priorityOf(artifact)}</priority>`,
    "<body>",
    bodyOf(artifact),
    "</body>",
    "</artifact>",
  ].join("\n");
}

function asJson(artifact: DictValue): string {
  return stringifyJson(
    record({
      id: textAt(artifact, "id") ?? "",
      kind: textAt(artifact, "kind") ?? "artifact",
      title: artifactTitle(artifact),
      source: artifact.get("source") ?? null,
      freshness: artifact.get("freshness") ?? null,
      priority: priorityOf(artifact),
      text: bodyOf(artifact),
    }),
  );
}
