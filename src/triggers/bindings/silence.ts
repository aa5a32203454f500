import type { Binding } from "./binding.ts";

export interface Silence {
  readonly binding: Binding;
  readonly silentForMs: number;
}

/** Active triggers that have heard nothing for at least `windowMs`. Times are Unix milliseconds. */
export function silentBindings(bindings: readonly Binding[], windowMs: number, now: number): readonly Silence[] {
  return bindings.flatMap((binding) => {
    if (binding.state !== "active") return [];
    const silentForMs = now - (binding.metrics.lastReceivedAt ?? binding.activeSince);
    return silentForMs >= windowMs ? [{ binding, silentForMs }] : [];
  });
}
