import { diagnose } from "../../diagnostics/index.ts";
import type { Expression } from "../../syntax/index.ts";
import { unvalidated } from "../diagnostics.ts";
import type { Checker } from "./context.ts";

/** What gives values that nothing has looked at (diagnostics §2.9). */
const sources: ReadonlySet<string> = new Set([
  "json_parse",
  "json_extract",
  "yaml_parse",
  "toml_parse",
  "llm_call",
  "llm_completion",
  "http_get",
  "http_post",
  "http_put",
  "http_patch",
  "http_delete",
  "http_request",
  "http_session_request",
  "sse_receive",
  "websocket_accept",
  "websocket_receive",
  "host_call",
  "mcp_call",
]);

/** The outside that a value comes from without validation; undefined for every other value. */
export function boundaryOf(c: Checker, value: Expression): string | undefined {
  if (c.options.strictTypes !== true) return undefined;
  switch (value.kind) {
    case "call": {
      const { text } = value.callee;
      const isSource = sources.has(text) || text.startsWith("sse_server_");
      return isSource && c.scope.find(text) === undefined ? text : undefined;
    }
    case "name": {
      const binding = c.scope.find(value.name);
      return binding?.facts?.has("") === true ? undefined : binding?.boundary;
    }
    default:
      return undefined;
  }
}

/** A property or element of such a value. */
export function checkBoundary(
  c: Checker,
  expression: Extract<Expression, { readonly kind: "property" | "index" }>,
): void {
  const { object, kind, span } = expression;
  const source = boundaryOf(c, object);
  if (source === undefined) return;
  const access =
    object.kind === "name"
      ? `${kind === "property" ? "Accessing property" : "Subscript access"} on unvalidated value '${object.name}' from \`${source}\``
      : `Direct ${kind === "property" ? "property" : "subscript"} access on unvalidated \`${source}()\` result`;
  c.report(diagnose(unvalidated, c.source, span, { access, isDirect: object.kind !== "name" }));
}
