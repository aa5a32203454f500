import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCase } from "../../src/cli/conformance/run-suite.ts";
import { readSuite, type SuiteCase } from "../../src/cli/conformance/suite.ts";
import type { Workplace } from "../../src/cli/test-runs/observation.ts";
import { performJob } from "../../src/cli/test-runs/perform.ts";
import { steadyClock } from "../../src/host/node/testing/steady-clock.ts";
import type { Compiling } from "../../src/vm/index.ts";
import { root } from "../architecture/imports.ts";

/** The programs of `conformance/`, each run in this process in a runtime and a folder of its own. */
const cases = readSuite(join(root, "conformance"), undefined);
function inProcess(compiling: Compiling): Workplace {
  return {
    perform: (job) => performJob({ ...job, compiling }, steadyClock(Date.now())),
    close: () => Promise.resolve(),
  };
}

/** Each tier has to show the same: interpreted, compiled at once and at every place, and as users get it. */
const tiers = ["never", "always", "warm"] as const satisfies readonly Compiling[];

function areaOf({ name }: SuiteCase): string {
  return name.split("/")[0] ?? "";
}

const areas = [...new Set(cases.map(areaOf))];

describe.each(areas.flatMap((area) => tiers.map((tier) => [area, tier] as const)))(
  "conformance/%s, compiling: %s",
  (area, tier) => {
    let cwd: string;
    beforeEach(() => {
      cwd = mkdtempSync(join(tmpdir(), "harn-conformance-"));
    });
    afterEach(() => rmSync(cwd, { recursive: true, force: true }));

    it.each(
      cases.filter((suiteCase) => areaOf(suiteCase) === area).map((suiteCase) => [suiteCase.name, suiteCase] as const),
    )("%s", async (_name, suiteCase) => {
      const options = { workplace: inProcess(tier), timeoutMs: 120_000, cwd, runsExpectedFailures: true };
      const { outcome, message } = await runCase(suiteCase, options);
      if (outcome !== "pass" && outcome !== "xfail_expected") expect.fail(message);
    });
  },
);
