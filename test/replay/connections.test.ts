// Databases, sockets, streams of events and sessions of requests: a replay needs none of their servers, and a run that is gone on
// with does nothing at them twice.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EmbeddedServer } from "../../src/host/node/testing/embedded-postgres.ts";
import { builtCli, Project } from "../cli/harn.ts";
import { dying } from "../crash/killed-process.ts";
import { Served } from "./served.ts";

/** Each step is at every server once, and is told when it is done. Kills come while it sleeps. */
const steps = 4;
const program = (place: string, database: string): string => `fn exchange(n) {
  let socket = websocket_connect("ws://${place}/step-\${n}")
  websocket_send(socket, "message \${n}")
  let answer = websocket_receive(socket, 120000)
  websocket_close(socket)
  return answer.data
}

fn told(n) {
  let stream = sse_connect("GET", "http://${place}/events-\${n}")
  var heard = []
  while true {
    let event = sse_receive(stream, 120000)
    if event == nil { break }
    if event.type == "event" { heard = heard.push(event.data) }
  }
  sse_close(stream)
  return heard
}

pipeline main() {
  let db = pg_connect("${database}")
  pg_execute(db, "drop table if exists kept")
  pg_execute(db, "create table kept (n int)")
  let session = http_session({headers: {"x-run": "one"}})
  for n in 1 to ${steps} {
    pg_transaction(db, { tx -> pg_execute(tx, "insert into kept values ($1)", [n]) })
    let row = pg_query_one(db, "select count(*)::int as count, sum(n)::int as sum from kept")
    let answer = http_session_request(session, "POST", "http://${place}/session-\${n}", {body: "\${n}"})
    log("step \${n}: \${row} \${exchange(n)} \${told(n)} \${answer.status} \${answer.body}")
    sleep(1500)
  }
  http_session_close(session)
  pg_close(db)
  0
}
`;

let database: EmbeddedServer;
let served: Served;
let project: Project;
beforeAll(async () => {
  await builtCli();
  database = await EmbeddedServer.open();
});
afterAll(async () => await database.close());
beforeEach(async () => {
  served = await Served.open();
  project = new Project();
  project.write("main.harn", program(served.place, database.url));
});
afterEach(async () => {
  project.remove();
  await served.close();
});

function recording(): string {
  const name = readdirSync(join(project.folder, ".harn-runs")).find((each) => each.endsWith(".effects.jsonl"));
  return name?.slice(0, 36) ?? "";
}

/** What each server has seen, once for every step. */
function expectOnce(): void {
  const numbers = Array.from({ length: steps }, (_, at) => at + 1);
  expect(served.messages).toEqual(numbers.map((n) => `message ${n}`));
  expect(served.requests).toEqual(numbers.flatMap((n) => [`POST /session-${n}`, `GET /events-${n}`]));
}

describe("a recorded run with connections", () => {
  it("replays to the byte where no server is", async () => {
    const whole = await project.harn("run", "--no-sandbox", "--record", "--json", "main.harn");
    expect(whole).toMatchObject({ status: 0 });
    expect(whole.stdout).toContain(`step ${steps}: {count: ${steps}, sum: 10} echo of message ${steps} (${steps})`);
    expectOnce();
    const { connections } = database;
    await served.close();
    expect(await project.harn("replay", "--program", "--json", recording())).toMatchObject({
      status: 0,
      stdout: whole.stdout,
    });
    expectOnce();
    expect(database.connections).toBe(connections);
  });

  it.each([1, 3])("goes on behind step %i, and is at every server once", async (point) => {
    const killed = dying({ HARN_DIE_SAYING: `step ${point}:` });
    const first = await project.harnWith(killed, "run", "--no-sandbox", "--record", "main.harn");
    expect(first.status).toBe(null);
    const last = await project.harn("run", "--resume", recording());
    expect(last).toMatchObject({ status: 0, stderr: expect.stringMatching(/\nrun recording: \S+\n$/) });
    expect(last.stdout.startsWith(first.stdout)).toBe(true);
    expect(last.stdout).toContain(`step ${steps}: {count: ${steps}, sum: 10} echo of message ${steps} (${steps})`);
    expectOnce();
    expect(await project.harn("replay", "--program", recording())).toMatchObject({ status: 0, stdout: last.stdout });
    expectOnce();
  });
});
