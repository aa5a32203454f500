import { once } from "node:events";
import { afterAll, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

interface Pending {
  readonly request_id: string;
  readonly prompt: string;
}

/** What is open, by its prompt, once so many requests are. */
async function pending(count: number): Promise<ReadonlyMap<string, string>> {
  for (;;) {
    const { stdout } = await project.harn("hitl", "pending", "--json");
    const rows = JSON.parse(stdout) as readonly Pending[];
    if (rows.length >= count) return new Map(rows.map((row) => [row.prompt, row.request_id]));
  }
}

describe("harn hitl", () => {
  it("answers what a running program asks", async () => {
    project.write("harn.toml", '[package]\nname = "p"\n').write(
      "ask.harn",
      `pipeline main() {
  let colour = spawn {
    ask_user("Which colour?")
  }
  let count = spawn {
    ask_user("How many?", {schema: {type: "integer"}})
  }
  let shipped = request_approval("ship it", {quorum: 2})
  harness.stdio.println("\${await(colour)} \${await(count) + 1} \${shipped.reviewers}")
  try {
    request_approval("drop it")
  } catch (e) {
    harness.stdio.println("\${e.name}: \${e.reason}")
  }
}
`,
    );
    const run = await project.start("run", "ask.harn");
    let output = "";
    run.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(run, "close");

    const open = await pending(3);
    const [colour = "", count = "", ship = ""] = ["Which colour?", "How many?", "ship it"].map((p) => open.get(p));
    expect(await project.harn("hitl", "approve", colour)).toMatchObject({
      status: 1,
      stderr: `error: ${colour} is answered with \`harn hitl answer\`\n`,
    });
    expect((await project.harn("hitl", "answer", colour, "dark red", "--as", "ann")).stdout).toBe(
      `Answered ${colour} as ann\n`,
    );
    await project.harn("hitl", "answer", count, "41");
    expect((await project.harn("hitl", "approve", ship, "--as", "ann")).stdout).toBe(
      `Answered ${ship} as ann; it waits for others as well\n`,
    );
    const last = await project.harn("hitl", "approve", ship, "--as", "bo", "--json");
    expect(JSON.parse(last.stdout)).toEqual({ request_id: ship, reviewer: "bo", open: false });
    expect((await project.harn("hitl", "answer", colour, "blue")).stderr).toContain("has ended");

    const drop = (await pending(1)).get("drop it") ?? "";
    await project.harn("hitl", "deny", drop, "--reason", "too risky");
    expect(await ended).toEqual([0, null]);
    expect(output).toBe("dark red 42 [ann, bo]\nApprovalDeniedError: too risky\n");
  });

  it("names what nobody asked", async () => {
    expect(await project.harn("hitl", "answer", "hitl_question_none", "x")).toMatchObject({
      status: 1,
      stderr: "error: unknown HITL request id 'hitl_question_none'; `harn hitl pending` lists what is open\n",
    });
    expect((await project.harn("hitl", "deny")).status).toBe(2);
  });
});
