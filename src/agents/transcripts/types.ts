import { type Ty, t } from "../../builtin/index.ts";
import type { ShapeFieldSpec, TypeSpec } from "../../bytecode/index.ts";
import type { DictValue, ListValue } from "../../value/index.ts";

function named(name: string): TypeSpec {
  return { kind: "named", name };
}

function nilable(type: TypeSpec): TypeSpec {
  return { kind: "union", members: [type, named("nil")] };
}

function field(name: string, type: TypeSpec, isOptional = false): ShapeFieldSpec {
  return { name, type, isOptional };
}

const tag = field("_type", { kind: "literal", value: "transcript" });
const lists = ["messages", "events", "assets"].map((name) => field(name, named("list")));
const closing = [
  field("summary", named("string"), true),
  field("metadata", named("dict"), true),
  field("state", named("string"), true),
];

const transcript: TypeSpec = {
  kind: "shape",
  fields: [
    tag,
    field("version", named("int")),
    field("id", named("string")),
    ...lists,
    ...closing,
    field("archived_messages", named("int"), true),
  ],
};

const anchor: TypeSpec = {
  kind: "shape",
  fields: [
    field("primary", named("string")),
    field("additional_roots", named("list")),
    field("anchored_at", named("string")),
  ],
};

const snapshot: TypeSpec = {
  kind: "shape",
  fields: [
    tag,
    field("version", named("int")),
    field("id", named("string")),
    field("length", named("int")),
    ...lists,
    field("created_at", named("string")),
    field("parent_id", nilable(named("string"))),
    field("child_ids", named("list")),
    field("branched_at_event_index", nilable(named("int"))),
    field("system_prompt", nilable(named("string"))),
    field("tool_format", nilable(named("string"))),
    field("pinned_model", nilable(named("string"))),
    field("pinned_reasoning_policy", nilable(named("string"))),
    field("workspace_anchor", nilable(anchor)),
    field("workspace_policy", { kind: "shape", fields: [field("default_mount_mode", named("string"), true)] }),
    ...closing,
  ],
};

/** A message list, a transcript, or a session's snapshot; as the registry writes it. */
export const transcriptLike: Ty<DictValue | ListValue> = {
  spec: { kind: "union", members: [named("list"), named("dict"), transcript, snapshot] },
};

export const maybeTranscript: Ty<DictValue | ListValue | null> = {
  spec: { kind: "union", members: [named("list"), named("dict"), transcript, snapshot, named("nil")] },
};

export const transcriptType: Ty<DictValue> = t.record("Transcript");
