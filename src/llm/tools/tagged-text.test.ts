import { describe, expect, it } from "vitest";
import { show } from "../../value/index.ts";
import { parseTaggedText } from "./tagged-text.ts";
import { visibleText } from "./visible-text.ts";

const names = ["read", "write", "ping"];

function calls(text: string): string[] {
  return parseTaggedText(text, names).calls.map((call) => `${call.id} ${call.name} ${show(call.arguments)}`);
}

describe("A34, A35: calls in text", () => {
  it.each([
    [
      '<tool_call>\nread({ path: "a.txt", limit: 3, deep: { x: [1, 2.5, -3,], }, on: true, off: null })\n</tool_call>',
      ["tc_0 read {deep: {x: [1, 2.5, -3]}, limit: 3, off: nil, on: true, path: a.txt}"],
    ],
    ["<tool_call>read{path:'a',} // note\n</tool_call>", ["tc_0 read {path: a}"]],
    ["<toolcall>ping()</toolcall>", ["tc_0 ping {}"]],
    ["<tool_call>call: read({path: `two\nlines \\` ${x}`})</tool_call>", ["tc_0 read {path: two\nlines ` ${x}}"]],
    [
      "<tool_call>\nwrite({ path: \"p\", text: <<EOT\nline </tool \n  two\nEOT, mode: 'w' })\n</tool_call>",
      ["tc_0 write {mode: w, path: p, text: line </tool \n  two}"],
    ],
    ['<tool_call>\nwrite({ text: <<"END"\nbody\nEND\n})\n</tool_call>', ["tc_0 write {text: body}"]],
    ['<tool_call>{"name": "read", "arguments": {"path": "a"}}</tool_call>', ["tc_json read {path: a}"]],
    [
      '<tool_call>[{"function": {"name": "read", "arguments": "{\\"path\\": \\"a\\"}"}}]</tool_call>',
      ["tc_json read {path: a}"],
    ],
    ['<tool_call>{"tool_name": "ping", "args": {}}</tool_call>', ["tc_json ping {}"]],
    ["read({ path: 1 })", ["tc_0 read {path: 1}"]],
    ["<read({ path: 1 })>", ["tc_angle_read read {path: 1}"]],
    [
      "<tool_call>\nping()\n</tool_call>\n<tool_call>\nread({path: 2})\n</tool_call>",
      ["tc_0 ping {}", "tc_0 read {path: 2}"],
    ],
    ['[TOOL_CALLS]read[ARGS]{"path": 3}', ["tc_mistral_0 read {path: 3}"]],
    ['[TOOL_CALLS][{"name": "read", "arguments": {"path": 4}}]', ["tc_mistral_0 read {path: 4}"]],
    ['[{"id": "x", "function": {"name": "ping", "arguments": "{}"}}]', ["tc_0 ping {}"]],
    ['<tool_call>\nread({ path: "unclosed" })', ["tc_0 read {path: unclosed}"]],
    ["<think>read({path: 0})</think>\n<tool_call>ping()</tool_call>", ["tc_0 ping {}"]],
  ])("%j are %j", (text, expected) => {
    expect(calls(text)).toEqual(expected);
  });

  it.each([
    ["```\n<tool_call>\nping()\n</tool_call>\n```"],
    ["say <tool_call>ping()</tool_call>"],
    ["ghost({ a: 1 })"],
    ["nothing at all"],
  ])("%j are none", (text) => {
    expect(calls(text)).toEqual([]);
  });

  it("report what cannot be run", () => {
    const errors = (text: string): readonly string[] => parseTaggedText(text, names).errors;
    expect(errors("<tool_call>ping() read({path: 1})</tool_call>")).toEqual([
      "<tool_call> body contained 2 calls; emit one call per <tool_call> block.",
    ]);
    expect(errors("<tool_call>ghost({})</tool_call>")).toEqual([
      "Unknown tool 'ghost'. Available tools: [read, write, ping]",
    ]);
    expect(errors('<tool_call>read({ path: "a" </tool_call>')[0]).toMatch(
      /^TOOL CALL PARSE ERROR: `read\(\.\.\.\)` — /,
    );
    expect(errors('<tool_call>read("a")</tool_call>')[0]).toContain("one object literal");
    expect(errors("<tool_call>please: read({path: 1})</tool_call>")[0]).toContain("`please:`");
    expect(errors("<tool_call></tool_call>")).toHaveLength(1);
  });
});

describe("the rest of the protocol", () => {
  it("tells prose, response and marker apart, and what is out of place", () => {
    const parsed = parseTaggedText(
      "stray\n<assistant_prose>Hi\nthere</assistant_prose>\n<userresponse>For you</userresponse>\n<foo>\n<done> ##DONE## </done>",
      names,
    );
    expect(parsed).toMatchObject({ prose: "Hi\nthere", userResponse: "For you", doneMarker: "##DONE##" });
    expect(parsed.violations).toEqual([
      "Unknown top-level tag <foo>. Use <tool_call>, <assistant_prose>, <user_response> or <done>.",
      'Stray text outside response tags: "stray". Put prose in <assistant_prose>, calls in <tool_call>.',
    ]);
    expect(parseTaggedText("<done></done>", names).violations[0]).toMatch(/^<done> block is empty/);
    expect(parseTaggedText("<assistant_prose>open", names).violations[0]).toMatch(/^Unclosed tag/);
    expect(parsed.canonical).toBe(
      "<assistant_prose>Hi\nthere</assistant_prose>\n\n<user_response>For you</user_response>\n\n<done>##DONE##</done>",
    );
  });

  it("shows people the response, else the text without machinery", () => {
    expect(visibleText("<think>x</think>Outer")).toBe("Outer");
    expect(visibleText("a\n<tool_call>ping()</tool_call>\nb <done>x</done>")).toBe("a\n\nb");
    expect(visibleText("<assistant_prose>A</assistant_prose><user_response>B</user_response>")).toBe("B");
    expect(visibleText("<tool_call>never closed")).toBe("");
  });
});
