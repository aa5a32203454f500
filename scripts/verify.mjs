// Everything that must hold, the same here and in CI: layout and lint, types of core and host, tests.
//
//   node scripts/verify.mjs [lint] [check] [tests]     no name: all of them
//
// The last line on standard output is `N passed, N failed`. A check beside the tests counts in it only when it fails.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheDir, root } from "./tree.mjs";

const bin = (...path) => join(root, "node_modules", ...path);
const testReport = join(cacheDir, "tests.json");

/** Steps of one part run side by side, parts one after the other: the machine may have two cores only. */
const parts = {
  lint: [{ name: "layout and lint", args: [bin("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings"] }],
  check: [
    { name: "types of core", args: [bin("typescript", "bin", "tsc"), "-p", "tsconfig.core.json"] },
    { name: "types of host and tests", args: [bin("typescript", "bin", "tsc"), "-p", "tsconfig.host.json"] },
  ],
  tests: [
    {
      name: "tests",
      args: [
        bin("vitest", "vitest.mjs"),
        "run",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${testReport}`,
      ],
    },
  ],
};

export async function verify(names = Object.keys(parts)) {
  mkdirSync(cacheDir, { recursive: true });
  rmSync(testReport, { force: true });
  const failedSteps = [];
  for (const name of names) {
    const outcomes = await Promise.all(parts[name].map(async (step) => [step.name, await run(step.args)]));
    failedSteps.push(...outcomes.filter(([, status]) => status !== 0).map(([step]) => step));
  }
  const tests = names.includes("tests") ? readTotals() : { passed: 0, failed: 0, failures: [] };
  // Once more at the end: whoever keeps only the last lines of a long report still learns what failed.
  for (const failure of tests.failures) console.log(`FAILED: ${failure}`);
  for (const step of failedSteps) console.log(`FAILED: ${step}`);
  const failedChecks = failedSteps.filter((step) => step !== "tests").length;
  // vitest can fail with no failed test, for example on an unhandled rejection.
  const silentFailure = failedSteps.includes("tests") && tests.failed === 0 ? 1 : 0;
  console.log(`${tests.passed} passed, ${tests.failed + failedChecks + silentFailure} failed`);
  return failedSteps.length === 0;
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("error", () => resolve(1));
    child.on("close", (status) => resolve(status ?? 1));
  });
}

/** A test file that could not be loaded has no tests to count, so it counts as one failure itself. */
function readTotals() {
  let report;
  try {
    report = JSON.parse(readFileSync(testReport, "utf8"));
  } catch {
    return { passed: 0, failed: 1, failures: ["the tests left no report"] };
  }
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(isFailure),
  );
  const failures = report.testResults.flatMap((file) =>
    file.assertionResults.filter(isFailure).map((test) => named(file, test)),
  );
  failures.push(...unloaded.map((file) => named(file, { fullName: "", failureMessages: [file.message] })));
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length, failures };
}

/** File, test and the first line of what it says. */
function named(file, { fullName, failureMessages }) {
  const [message = ""] = (failureMessages?.[0] ?? "").split("\n");
  return `${relative(root, file.name)} > ${fullName}: ${message}`;
}

function isFailure(result) {
  return result.status === "failed";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => parts[name] === undefined);
  if (unknown !== undefined) {
    console.error(`unknown part: ${unknown}; known are ${Object.keys(parts).join(", ")}`);
    process.exit(2);
  }
  process.exitCode = (await verify(names.length > 0 ? names : undefined)) ? 0 : 1;
}
