import { afterAll, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

describe("a sealed file of tokens", () => {
  it("loses none of what several processes keep in it at once", async () => {
    project.write(
      "keep.harn",
      `pipeline main() {
  let store = __oauth_storage_file_handle("deep/tokens.json", "a secret")
  for n in 1 to 12 { __oauth_storage_set(store, "\${argv[0]}-\${n}", {access_token: "\${n}"}) }
}`,
    );
    project.write(
      "count.harn",
      `pipeline main() {
  let store = __oauth_storage_file_handle("deep/tokens.json", "a secret")
  var found = 0
  for name in ["a", "b", "c"] {
    for n in 1 to 12 { if __oauth_storage_get(store, "\${name}-\${n}") != nil { found = found + 1 } }
  }
  log(found)
}`,
    );
    const ended = await Promise.all(["a", "b", "c"].map((name) => project.harn("run", "keep.harn", "--", name)));
    expect(ended.map(({ status, stderr }) => [status, stderr])).toEqual(Array(3).fill([0, ""]));
    expect((await project.harn("run", "count.harn")).stdout).toBe("[harn] 36\n");
  });
});
