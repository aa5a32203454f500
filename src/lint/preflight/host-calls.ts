/** Calls of the host: the operation is named literally, and the host has it. */
import type { TextEdit } from "../../diagnostics/index.ts";
import type { CallExpression } from "../../syntax/index.ts";
import { dictLiteral, entryOf, literalText } from "../literals.ts";
import type { Tree } from "../tree.ts";
import type { PreflightFinding } from "./finding.ts";
import type { PreflightHost } from "./host.ts";
import { isCapabilityName, isOffered } from "./host-capabilities.ts";

const declareHint =
  "declare what the host adds in `[check] host_capabilities`, `[check] host_capabilities_path` or `--host-capabilities`, or let it pass with `[check] preflight_allow`";

export function* hostCallFindings(tree: Tree, host: PreflightHost): Iterable<PreflightFinding> {
  for (const call of tree.of("call")) {
    switch (call.callee.text) {
      case "host_call":
        yield* hostCall(call, host);
        break;
      case "host_invoke":
        yield {
          code: "HARN-STD-001",
          span: call.span,
          message: 'host_invoke(...) was removed; use host_call("capability.operation", args)',
          hint: 'write host_call("project.scan", {}) for host_invoke("project", "scan", {})',
          fix: hostCallInstead(call),
        };
        break;
      case "tool_define":
        yield* toolBinding(call, host);
        break;
    }
  }
}

/** Both names as one, where both are written out. */
function hostCallInstead({
  callee,
  arguments: [capability, operation],
}: CallExpression): readonly TextEdit[] | undefined {
  const name = [literalText(capability), literalText(operation)].map((text) => text ?? "");
  if (capability === undefined || operation === undefined || !name.every((text) => /^\w+$/.test(text)))
    return undefined;
  return [
    { span: callee.span, text: "host_call" },
    { span: { start: capability.span.start, end: operation.span.end }, text: `"${name.join(".")}"` },
  ];
}

/** The operations of the host that calls name literally, and those that tools are bound to. */
export function* namedCapabilities(tree: Tree): Iterable<string> {
  for (const { callee, arguments: given } of tree.of("call")) {
    const bound = entryOf(dictLiteral(given[3]), "host_capability")?.value;
    const named = callee.text === "host_call" ? given[0] : callee.text === "tool_define" ? bound : undefined;
    const name = literalText(named);
    if (name !== undefined && isCapabilityName(name)) yield name;
  }
}

function* hostCall({ arguments: given, span }: CallExpression, host: PreflightHost): Iterable<PreflightFinding> {
  const [first] = given;
  const name = literalText(first);
  if (name === undefined || !isCapabilityName(name)) {
    yield {
      code: "HARN-CAP-006",
      span: first?.span ?? span,
      message: 'host_call(...) requires a literal "capability.operation" name for static validation',
      hint: 'name the operation in the call, as in host_call("project.scan", {}), so that it can be checked before anything runs',
    };
  } else if (!isOffered(host.capabilities, name)) {
    yield {
      code: "HARN-CAP-005",
      span,
      message: `unknown host capability/operation '${name}'`,
      hint: declareHint,
      capability: name,
    };
  }
}

const executors: ReadonlySet<string> = new Set([
  "harn",
  "harn_builtin",
  "host_bridge",
  "mcp_server",
  "provider_native",
]);

/** A tool that the host carries out names the operation of the host that does it. */
function* toolBinding({ arguments: given, span }: CallExpression, host: PreflightHost): Iterable<PreflightFinding> {
  const config = dictLiteral(given[3]);
  const tool = literalText(given[1]) ?? "<dynamic>";
  const executor = entryOf(config, "executor")?.value;
  const kind = literalText(executor);
  if (executor === undefined || kind === undefined) return;
  if (!executors.has(kind)) {
    yield {
      code: "HARN-ORC-005",
      span: executor.span,
      message: `tool '${tool}' declares unknown executor "${kind}"`,
      hint: 'one of "harn", "host_bridge", "mcp_server", "provider_native"',
    };
  }
  if (kind === "host_bridge") yield* bridgeBinding(tool, entryOf(config, "host_capability")?.value, span, host);
}

function* bridgeBinding(
  tool: string,
  binding: CallExpression["arguments"][number] | undefined,
  span: CallExpression["span"],
  { capabilities }: PreflightHost,
): Iterable<PreflightFinding> {
  if (binding === undefined) {
    yield {
      code: "HARN-CAP-007",
      span,
      message: `tool '${tool}' declares executor: "host_bridge" but no \`host_capability\` binding`,
      hint: 'add host_capability: "interaction.ask", or whichever operation of the host carries it out',
    };
    return;
  }
  const name = literalText(binding);
  if (name === undefined) return;
  if (!isCapabilityName(name)) {
    yield {
      code: "HARN-CAP-007",
      span: binding.span,
      message: `tool '${tool}' has invalid host_capability "${name}" (expected "capability.operation")`,
      hint: 'name capability and operation with a dot between them, as in "interaction.ask"',
    };
  } else if (!isOffered(capabilities, name)) {
    yield {
      code: "HARN-CAP-005",
      span: binding.span,
      message: `tool '${tool}' binds host_capability '${name}' which is not declared by the host`,
      hint: declareHint,
      capability: name,
    };
  }
}
