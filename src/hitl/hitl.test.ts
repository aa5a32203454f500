import { describe, expect, test } from "vitest";
import { activeLogKey, topic } from "../eventlog/index.ts";
import { run as runProgram } from "../lifecycle/testing/run.ts";
import { FloatValue } from "../value/index.ts";
import { coerceLike } from "./coercion.ts";
import { HumanRequestError, humanDesk } from "./index.ts";

const say = "harness.stdio.println";

async function lines(body: string): Promise<readonly string[]> {
  const { lines, result } = await runProgram(body);
  return result.startsWith("error:") ? [...lines, result] : lines;
}

const kindsOf = (name: string): string =>
  `let s = event_log.subscribe("${name}")
   for _ in 0 to (event_log.latest("${name}") ?? 0) exclusive { ${say}(s.next().value.kind) }`;

describe("approvals", () => {
  const decide = (responses: string, options: string): string => `
    host_mock("hitl", "approval", {result: ${responses}})
    let r = try { request_approval("ship", ${options}) }
    ${say}(is_ok(r) ? "\${unwrap(r).reviewers}" : "\${unwrap_err(r).name} \${unwrap_err(r)?.reason}")`;

  test("run-records 38: one reviewer is heard once, and strangers not at all", async () => {
    const ann = '{approved: true, reviewer: "ann"}';
    const listed = '{quorum: 2, reviewers: ["ann", "bo"], deadline: 1s}';
    expect(await lines(decide(`[${ann}, ${ann}, {approved: false, reviewer: "zed"}]`, listed))).toEqual([
      "HumanTimeoutError nil",
    ]);
    expect(await lines(decide(`[${ann}, {approved: true, reviewer: "bo"}]`, listed))).toEqual(["[ann, bo]"]);
  });

  test("run-records 38: a listed reviewer who has not spoken yet can refuse", async () => {
    const no = '[{approved: true, reviewer: "ann"}, {approved: false, reviewer: "bo", reason: "late"}]';
    expect(await lines(decide(no, '{quorum: 2, reviewers: ["ann", "bo"]}'))).toEqual(["ApprovalDeniedError late"]);
  });

  test("a waitpoint that somebody cancels is a refusal, and upstream a cancellation", async () => {
    const cancelled = (reason: string): string => `
      let asked = spawn { try { request_approval("ship") } }
      sleep(10)
      __waitpoint_cancel(hitl_pending()[0].request_id, {reason: "${reason}", by: "op"})
      let e = unwrap_err(await(asked))
      ${say}("\${e.name} \${e.reason} \${e?.reviewers}")`;
    expect(await lines(cancelled("no time"))).toEqual(["ApprovalDeniedError no time [op]"]);
    expect(await lines(cancelled("upstream_cancelled"))).toEqual(["HumanCancelledError upstream_cancelled nil"]);
  });
});

describe("questions", () => {
  test("run-records 39: the default stands in when the time is up, and the log says so once", async () => {
    expect(
      await lines(`${say}(ask_user("Who?", {timeout: 20ms, default: "nobody"}))\n${kindsOf("hitl.questions")}`),
    ).toEqual(["nobody", "hitl.question_asked", "hitl.timeout"]);
  });

  test("an answer that another process appends ends the wait", async () => {
    expect(
      await lines(`
        let asked = spawn { ask_user("Who?") }
        sleep(10)
        let id = hitl_pending()[0].request_id
        event_log.emit("hitl.questions", "hitl.response_received", {request_id: id, answer: "me"}, {request_id: id})
        ${say}(await(asked))`),
    ).toEqual(["me"]);
  });

  test("a mock that is no response, and one that fails, fail the call", async () => {
    expect(
      await lines(`
        host_mock("hitl", "question", {result: 5})
        ${say}(try { ask_user("a") })
        host_mock("hitl", "question", {error: "line is dead"})
        ${say}(try { ask_user("b") })`),
    ).toEqual([
      "Result.Err(Runtime error: mocked HITL question response must be a dict or list<dict>)",
      "Result.Err(line is dead)",
    ]);
  });

  test.each([
    ["17", 0, 17],
    ["seventeen", 0, 0],
    [new FloatValue(7.9), 0, 7],
    [true, "x", "true"],
    ["TRUE", false, true],
    ["yes", false, false],
    [{}, null, {}],
  ])("%s with the default %s", (answer, fallback, expected) => {
    expect(coerceLike(answer as never, fallback as never)).toEqual(expected);
  });
});

describe("dual control", () => {
  test("run-records 40: more than there are is refused; the action runs once, and only after the quorum", async () => {
    const body = `
      let runs = atomic(0)
      fn act() { atomic_add(runs, 1)
        return "done" }
      ${say}(try { dual_control(3, 2, act) })
      host_mock("hitl", "dual_control", {result: [{approved: true, reviewer: "a"}]})
      let asked = spawn { dual_control(2, 2, act, ["a", "b"]) }
      sleep(10)
      ${say}(atomic_get(runs))
      let id = hitl_pending()[0].request_id
      event_log.emit("hitl.dual_control", "hitl.response_received", {request_id: id, approved: true, reviewer: "b"}, {request_id: id})
      ${say}("\${await(asked)} \${atomic_get(runs)}")
      ${kindsOf("hitl.dual_control")}`;
    expect(await lines(body)).toEqual([
      "Result.Err(Runtime error: dual_control: n must be less than or equal to m)",
      "0",
      "done 1",
      "hitl.dual_control_requested",
      "hitl.response_received",
      "hitl.response_received",
      "hitl.dual_control_approved",
      "hitl.dual_control_executed",
    ]);
  });
});

describe("hitl_pending", () => {
  test("run-records 42: hides what was answered, the newest first, 500 at most if nobody says", async () => {
    const ask = (count: number): string =>
      `for n in 1 to ${count} { spawn { ask_user("q\${n}", {timeout: 1h}) } }\nsleep(10)`;
    expect(
      await lines(`${ask(3)}
        let id = hitl_pending().find({ r -> r.prompt == "q2" }).request_id
        event_log.emit("hitl.questions", "hitl.response_received", {request_id: id, answer: 1}, {request_id: id})
        ${say}(hitl_pending().map({ r -> r.prompt }))`),
    ).toEqual(["[q3, q1]"]);
    const fill = `for n in 1 to 501 {
        let request = {request_id: "hitl_question_\${n}", requested_at: "2026-01-01T00:00:00Z", payload: {prompt: "q"}}
        event_log.emit("hitl.questions", "hitl.question_asked", request)
      }
      ${say}([len(hitl_pending()), len(hitl_pending({limit: 9000}))])`;
    expect(await lines(fill)).toEqual(["[500, 501]"]);
  });

  test("a request that cannot be read fails the query", async () => {
    const body = `event_log.emit("hitl.questions", "hitl.question_asked", "not a request")\n${say}(try { hitl_pending() })`;
    expect(await lines(body)).toEqual([
      "Result.Err(Runtime error: hitl_pending: request event 1 of hitl.questions cannot be read)",
    ]);
  });

  test.each([
    ["{limit: 0}", "limit must be a positive int"],
    ['{kinds: "question"}', "kinds must be a list<string>"],
    ['{kinds: ["gossip"]}', "unsupported kind 'gossip'"],
    ["{agent: 5}", "agent must be a string"],
    ['{since: "2026-13-01T00:00:00Z"}', "invalid since: the 'month' component could not be parsed"],
  ])("refuses %s", async (filters, problem) => {
    expect(await lines(`${say}(try { hitl_pending(${filters}) })`)).toEqual([
      `Result.Err(Runtime error: hitl_pending: ${problem})`,
    ]);
  });
});

describe("the desk", () => {
  test("takes answers from the host by request id; later ones change nothing", async () => {
    let respond: (answer: string) => Promise<void> = () => Promise.reject(new Error("not open"));
    const { lines } = await runProgram(
      `let asked = spawn { ask_user("Who?") }
       sleep(10)
       host_call("test.answer")
       ${say}(await(asked))`,
      {
        prepare: (_lifecycle, opened) => {
          const { machine } = opened.runtime;
          respond = async (answer) => {
            const log = machine.service(activeLogKey).getOrCreate();
            const [asked] = await log.readRange(topic("hitl.questions"), undefined, 1);
            const requestId = (asked?.headers.request_id ?? "") as string;
            await machine.service(humanDesk).respond({ requestId, answer });
          };
        },
        bridge: {
          capabilities: [],
          async call(capability) {
            if (capability !== "test") return undefined;
            await respond("first");
            await respond("second");
            return null;
          },
          tools: async () => [],
          callTool: async () => null,
        },
      },
    );
    expect(lines).toEqual(["first"]);
  });

  test("an id that is no request's is refused", async () => {
    let refusal: unknown;
    await runProgram("nil", {
      prepare: (_lifecycle, opened) => {
        refusal = opened.runtime.machine.service(humanDesk).respond({ requestId: "x_1" });
      },
    });
    await expect(refusal).rejects.toThrow(new HumanRequestError("unknown HITL request id 'x_1'"));
  });
});
