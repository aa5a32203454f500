import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

const at = "1970-01-01T00:00:00.000Z";

describe("the workspace of a session", () => {
  it("is what was set last, with the time it was set", async () => {
    const { lines } = await runBody(`
      let s = agent_session_open("s")
      println(agent_session_workspace_anchor(s))
      println(agent_session_workspace_policy(s))
      println(agent_session_set_workspace_anchor(s, nil))
      println(agent_session_set_workspace_anchor(s, {primary: "/a", additional_roots: [{path: "/z", mount_mode: "extend"}], anchored_at: "then"}))
      println(agent_session_workspace_anchor(s)["primary"])
      println(agent_session_list_roots(s))
      println(agent_session_set_workspace_policy(s, {default_mount_mode: "extend"}))
      println(agent_session_set_workspace_policy(s, {default_mount_mode: "extend"}))
      println(agent_session_set_workspace_anchor(s, nil))
      agent_session_open("w", {workspace_anchor: {primary: "/q"}, workspace_policy: {default_mount_mode: "sandboxed"}})
      println(agent_session_snapshot("w")["workspace_policy"])
      println(agent_session_snapshot("w")["workspace_anchor"])`);
    expect(lines).toEqual([
      "nil",
      "{default_mount_mode: read_only}",
      "false",
      "true",
      "/a",
      `{additional: [{mount_mode: extend, mounted_at: ${at}, path: /z}], primary: /a}`,
      "true",
      "false",
      "true",
      "{default_mount_mode: sandboxed}",
      `{additional_roots: [], anchored_at: ${at}, primary: /q}`,
    ]);
  });

  it("takes folders that exist, once each", async () => {
    const { lines } = await runBody(
      `let s = agent_session_open("s")
       println(agent_session_add_root(s, "d1"))
       agent_session_set_workspace_anchor(s, {primary: "/a"})
       println(agent_session_add_root(s, "d1", {mount_mode: "extend", reason: "why"})["ok"])
       println(agent_session_add_root(s, "d1/../d1", {mount_mode: "sandboxed"})["ok"])
       println(agent_session_add_root(s, "nowhere"))
       println(agent_session_add_root(s, "d1/file"))
       println(agent_session_list_roots(s)["additional"].map({ r -> "\${r.path} \${r.mount_mode}" }))
       println(agent_session_snapshot(s)["events"].map({ e -> "\${e.kind} \${e.role} \${e["metadata"]["reason"]}" }))
       println(agent_session_remove_root(s, "d1"))
       println(agent_session_list_roots(s)["additional"])`,
      { files: { "/desk/d1/file": "" } },
    );
    expect(lines).toEqual([
      "{error: agent session 's' has no workspace anchor, ok: false}",
      "true",
      "true",
      "{error: workspace root 'nowhere' must exist and be readable: No such file or directory (os error 2), ok: false}",
      "{error: workspace root 'd1/file' must be a directory, ok: false}",
      "[/desk/d1 sandboxed]",
      "[RootMounted system why, RootMounted system nil]",
      "{ok: true}",
      "[]",
    ]);
  });

  it("moves, with the transcript or without, and says so when it did", async () => {
    const { lines, events } = await runBody(`
      let s = agent_session_open("s")
      agent_session_inject(s, {role: "user", content: "a"})
      agent_session_set_workspace_anchor(s, {primary: "/a"})
      println(agent_session_reanchor(s, {primary: "/a"})["changed"])
      println(agent_session_reanchor(s, {primary: "/b"}, {reason: "moved"})["session_id"])
      let r = agent_session_reanchor(s, {primary: "/c"}, {carry_transcript: false})
      println(r["session_id"] == s)
      println("\${agent_session_length(r["session_id"])} \${agent_session_length(s)}")
      println(agent_session_workspace_anchor(s)["primary"])
      println(agent_session_reanchor(s, {primary: "/d"}, {compact: true})["compacted"])`);
    expect(lines).toEqual(["false", "s", "false", "0 1", "/b", "true"]);
    const changes = events.filter((event) => event.type === "anchor_changed");
    expect(changes.map(({ carry_transcript, reason }) => [carry_transcript, reason])).toEqual([
      [true, "moved"],
      [false, null],
      [true, null],
    ]);
    expect(changes[0]).toMatchObject({ session_id: "s", previous: { primary: "/a" }, current: { primary: "/b" } });
  });

  it.each([
    [`agent_session_workspace_anchor("u")`, "agent_session_workspace_anchor: unknown session id 'u'"],
    [`agent_session_list_roots("u")`, "agent_session_list_roots: agent session 'u' does not exist"],
    [
      `agent_session_set_workspace_anchor("s", {primary: " "})`,
      "agent_session_set_workspace_anchor: workspace_anchor.primary must be a non-empty string",
    ],
    [
      `agent_session_set_workspace_anchor("s", {primary: "/a", additional_roots: [5]})`,
      "agent_session_set_workspace_anchor: workspace_anchor.additional_roots[*].path is required",
    ],
    [
      `agent_session_add_root("s", "/a", {mount_mode: "odd"})`,
      "agent_session_add_root: unknown mount mode 'odd'; expected one of: read_only, extend, sandboxed",
    ],
    [
      `agent_session_add_root("s", "/a", json_parse("{\\"odd\\": 1}"))`,
      "agent_session_add_root: unknown option key 'odd' (expected one of: mount_mode, reason)",
    ],
    [
      `agent_session_reanchor("s", {primary: "/a"}, {carry_transcript: false, compact: true})`,
      "agent_session_reanchor: `compact: true` requires `carry_transcript: true`",
    ],
    [
      `agent_session_open("new", {workspace_policy: {default_mount_mode: "odd"}})`,
      "agent_session_open: unknown mount mode 'odd'; expected one of: read_only, extend, sandboxed",
    ],
  ])("refuses %s", async (call, message) => {
    const { lines } = await runBody(`agent_session_open("s")\nprintln(try { ${call} })`);
    expect(lines).toEqual([`Result.Err(${message})`]);
  });
});
