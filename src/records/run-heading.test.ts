import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadRunRecord } from "./record-files.ts";
import { loadRunHeading } from "./run-heading.ts";
import { testServices } from "./testing/services.ts";

const reference = readFileSync(new URL("./fixtures/reference-workflow-run.json", import.meta.url), "utf8");

test("a heading says what the whole record says", () => {
  const { services } = testServices({ "/desk/r.json": reference });
  const { stageCount, ...heading } = loadRunHeading("r.json", services);
  const run = loadRunRecord("r.json", services);
  expect(run).toMatchObject(heading);
  expect(stageCount).toBe(run.stages.length);
});

test("what a record lacks is blank, and what it holds beside its head is not looked at", () => {
  const { services } = testServices({ "/desk/r.json": '{"workflow_id": "w", "stages": [{"node_id": true}, 5]}' });
  expect(loadRunHeading("r.json", services)).toEqual({
    id: "",
    workflow_id: "w",
    workflow_name: null,
    task: "",
    status: "",
    started_at: "",
    finished_at: null,
    stageCount: 2,
  });
});

test.each([
  ["absent.json", "failed to read run record: No such file or directory (os error 2)"],
  ["half.json", "failed to parse run record: EOF while parsing"],
  ["list.json", "failed to parse run record: .: invalid type: sequence, expected struct RunRecord"],
  ["status.json", "failed to parse run record: status: invalid type: integer `3`, expected a string"],
  ["stages.json", "failed to parse run record: stages: invalid type: map, expected a sequence"],
])("%s has none", (path, message) => {
  const { services } = testServices({
    "/desk/half.json": '{"_type": "run_record", "id": "run_1", "sta',
    "/desk/list.json": "[]",
    "/desk/status.json": '{"status": 3}',
    "/desk/stages.json": '{"stages": {}}',
  });
  expect(() => loadRunHeading(path, services)).toThrow(message);
});
