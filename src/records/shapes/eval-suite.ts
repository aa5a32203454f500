import { type Infer, list, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const suiteCase = record("EvalSuiteCase", {
  label: nullable(text),
  run_path: text,
  fixture_path: nullable(text),
  compare_to: nullable(text),
});

/** Saved runs to judge together; paths are relative to `base_dir`. */
export const evalSuiteManifest = record("EvalSuiteManifest", {
  _type: text,
  id: text,
  name: nullable(text),
  base_dir: nullable(text),
  cases: list(suiteCase),
});

export type EvalSuiteManifest = Infer<typeof evalSuiteManifest>;
export type EvalSuiteCase = Infer<typeof suiteCase>;
