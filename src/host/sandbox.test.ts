import { describe, expect, test } from "vitest";
import { Refusal } from "../builtin/index.ts";
import { restrictFiles, restrictProcesses } from "./sandbox.ts";
import { MemoryFiles, memoryHost } from "./testing/index.ts";

function sandboxed(extra: Readonly<Record<string, string>> = {}) {
  const files = new MemoryFiles({ "/desk/in.txt": "inside", "/etc/secret": "outside", ...extra }, "/desk");
  return { files, restricted: restrictFiles(files, { roots: ["/desk"], readOnlyRoots: ["/shared"] }) };
}

describe("restrictFiles", () => {
  test("leaves what is inside alone, also relative and dotted paths", () => {
    const { restricted } = sandboxed();
    restricted.writeText("sub/../out.txt", "x");
    expect(restricted.readText("/desk/out.txt")).toBe("x");
    expect(restricted.readText("./in.txt")).toBe("inside");
  });

  test.each(["/etc/secret", "../etc/secret", "/desk/../etc/secret", "/workspace/x", "/"])(
    "refuses to read %s",
    (path) => {
      const { restricted } = sandboxed();
      expect(() => restricted.readText(path)).toThrow(Refusal);
      expect(() => restricted.exists(path)).toThrow(Refusal);
    },
  );

  test("names the path as resolved and the roots", () => {
    const { restricted } = sandboxed();
    const text = "attempted to write '/evil.txt' outside workspace_roots [/desk]";
    expect(() => restricted.writeText("../evil.txt", "x")).toThrow(text);
  });

  test("follows links before judging, and judges a dangling one by its target", () => {
    const { files, restricted } = sandboxed();
    files.link("/desk/link", "/etc/secret");
    files.link("/desk/folder", "/etc");
    files.link("/desk/dangling", "/etc/not-yet");
    expect(() => restricted.readText("link")).toThrow("attempted to read");
    expect(() => restricted.writeText("folder/new", "x")).toThrow("attempted to write");
    expect(() => restricted.writeText("dangling", "x")).toThrow("attempted to write");
    expect(files.exists("/etc/not-yet")).toBe(false);
  });

  test("lets a link be removed, which leaves its target", () => {
    const { files, restricted } = sandboxed();
    files.link("/desk/link", "/etc/secret");
    restricted.remove("link", { recursive: false });
    expect(files.exists("/etc/secret")).toBe(true);
    expect(() => restricted.remove("/etc/secret", { recursive: false })).toThrow("attempted to delete");
  });

  test("reads read-only folders and does not write them", () => {
    const { restricted } = sandboxed({ "/shared/lib": "code" });
    expect(restricted.readText("/shared/lib")).toBe("code");
    expect(() => restricted.writeText("/shared/lib", "x")).toThrow("attempted to write");
    expect(() => restricted.copy("/shared/lib", "/etc/lib")).toThrow("attempted to write");
  });
});

describe("restrictProcesses", () => {
  test("starts processes only inside the roots", async () => {
    const host = memoryHost({ process: () => ({}) });
    const processes = restrictProcesses(host.processes, host.files, { roots: ["/desk"] });
    expect((await processes.run({ command: "true", args: [] })).exitCode).toBe(0);
    await expect(processes.run({ command: "true", args: [], cwd: "/etc" })).rejects.toThrow(
      "process cwd '/etc' is outside workspace_roots [/desk]",
    );
  });
});
