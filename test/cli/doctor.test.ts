import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtCli, Project } from "./harn.ts";

beforeAll(() => builtCli());

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

describe("harn doctor", () => {
  it("says what is there and what is missing, without showing a secret", async () => {
    const without = await project.harn("doctor");
    expect(without.status).toBe(0);
    expect(without.stdout).toMatch(/ {2}OK {2}node {6}v\d+/);
    expect(without.stdout).toContain("WARN  models    no key of a provider is set\n       fix: export one of");
    const { stdout } = await project.harnWith({ OPENAI_API_KEY: "s3cret" }, "doctor");
    expect(stdout).toContain("OPENAI_API_KEY set\n");
    expect(stdout).not.toContain("s3cret");
  });

  it("fails for what keeps programs from running", async () => {
    project.write("harn.toml", "[package\n");
    const { status, stdout } = await project.harn("doctor", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 2,
      ok: false,
      error: { code: "doctor_failed" },
      data: { checks: expect.arrayContaining([expect.objectContaining({ id: "manifest", status: "fail" })]) },
    });
  });
});
