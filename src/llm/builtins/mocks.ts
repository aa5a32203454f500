import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { list } from "../fields.ts";
import { readMockEntry } from "../mock/mock-entry.ts";
import { llmService } from "../service.ts";

const mock = declare("llm-mock");

export const mockBuiltins: readonly Builtin[] = [
  mock({
    name: "llm_mock",
    summary:
      "Prepares the answer of a model call to come, for the provider `mock`: `{text}`, `{tool_calls}`, `{thinking}`, or `{error: {category, message, retry_after_ms}}`; each answers once, in their order. One with `match`, a glob, answers whatever prompt fits it, as often as there is one, or once with `consume_match`.",
    params: [req("config", t.dict)],
    returns: t.nil,
    effect: "test",
    run: (context, config) => {
      context.service(llmService).mocks.add(readMockEntry(config));
      return null;
    },
  }),
  mock({
    name: "llm_mock_calls",
    summary: "The requests that mocks have answered, in order.",
    params: [],
    returns: t.list,
    effect: "test",
    examples: [["llm_mock_calls()", "[]"]],
    run: (context) => list(context.service(llmService).mocks.calls),
  }),
  mock({
    name: "llm_mock_clear",
    summary: "Forgets prepared answers, logged requests, and the fixture file.",
    params: [],
    returns: t.nil,
    effect: "test",
    run: (context) => {
      context.service(llmService).mocks.clear();
      return null;
    },
  }),
  mock({
    name: "llm_mock_push_scope",
    summary: "Sets prepared answers and logged requests aside until the scope is popped.",
    params: [],
    returns: t.nil,
    effect: "test",
    run: (context) => {
      context.service(llmService).mocks.pushScope();
      return null;
    },
  }),
  mock({
    name: "llm_mock_pop_scope",
    summary: "Brings back what the last pushed scope had set aside.",
    params: [],
    returns: t.nil,
    effect: "test",
    run: (context) => {
      context.service(llmService).mocks.popScope();
      return null;
    },
  }),
];
