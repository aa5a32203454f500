import { anyJson, bool, list, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const routeTarget = record("HandoffRouteTarget", {
  id: nullable(text),
  target: text,
  when: nullable(text),
  transport: nullable(text),
  allow_cleartext: nullable(bool),
  metadata: map(anyJson),
});

/** `[[handoff_routes]]` of a `harn.toml`: where the handoffs of a persona go. */
export const handoffRoutes = list(
  record("HandoffRoute", {
    id: nullable(text),
    kind: text,
    from: text,
    route: list(routeTarget),
    metadata: map(anyJson),
  }),
);
