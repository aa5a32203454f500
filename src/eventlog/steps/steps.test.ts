import { expect, test } from "vitest";
import { DictValue } from "../../value/index.ts";
import { ActiveLog, MemoryEventLog, topic } from "../index.ts";
import { Steps } from "./steps.ts";

function opened(log = new MemoryEventLog({ now: () => 5 })) {
  const active = new ActiveLog({ now: () => 5, onOpenFailure: () => {} });
  active.install(log);
  return { log, steps: new Steps(active, () => 5, "a.harn") };
}

const input = DictValue.of({ x: 1 });

test("a later run of the program finds the result by number and inputs", async () => {
  const { log, steps } = opened();
  const first = steps.next("a.harn", "a", input);
  expect(await steps.result(first)).toBeUndefined();
  await steps.finish(first, DictValue.of({ got: 1 }));

  const later = opened(log).steps;
  expect(await later.result(later.next("a.harn", "a", input))).toEqual({ value: { got: 1 } });
  expect(await later.result(later.next("a.harn", "a", input)), "the second call is another step").toBeUndefined();
  expect(await later.result(opened(log).steps.next("a.harn", "a", 2)), "so are other inputs").toBeUndefined();
  expect(await later.result(opened(log).steps.next("b.harn", "a", input)), "and other programs").toBeUndefined();
});

test("is on record as other implementations look for it", async () => {
  const { log, steps } = opened();
  await steps.finish(steps.next("n one", "b", null), 97);
  const [event] = await log.readRange(topic("step.run.n_one"), undefined, 1);
  expect(event?.kind).toBe("step.run.completed");
  expect(event?.headers.step_identity).toBe("sha256:749b6e68ea90a5b43ca722c669fd5546691eb57aa3ddf3165564e90932da3588");
  expect(event?.headers.step_key_hash).toBe("3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d");
  expect(event?.payload).toEqual({
    deterministic_inputs_hash: "sha256:8ce86a6ae65d3692e7305e2c58ac62eebd97d3d943e093f577da25c36988246b",
    input: null,
    key: "b",
    namespace: "n one",
    result: 97,
    schema: "harn.step.run.v0",
    sequence: 1,
  });
});

test("two who finish the same step keep the first result", async () => {
  const { log, steps } = opened();
  const other = opened(log).steps;
  const [mine, theirs] = [steps.next("n", "k", 1), other.next("n", "k", 1)];
  await steps.finish(mine, "first");
  await other.finish(theirs, "second");
  expect((await steps.finished("n")).map(({ result }) => result)).toEqual(["first"]);
});

test("namespaces that share a topic are told apart", async () => {
  const { steps } = opened();
  await steps.finish(steps.next("a b", "k", 1), 1);
  await steps.finish(steps.next("a/b", "k", 1), 2);
  expect(await steps.finished("a b")).toMatchObject([{ namespace: "a b", result: 1 }]);
  expect(await steps.finished("a/b")).toMatchObject([{ namespace: "a/b", result: 2 }]);
});
