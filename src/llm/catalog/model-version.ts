export type ModelVersion = readonly [major: number, minor: number];

/**
 * The version in a Claude or GPT id: `claude-opus-4-7`, `claude-3-5-haiku-20241022`, `gpt-5.4-preview`. A date is no
 * version, and a missing minor number is zero.
 */
export function parseModelVersion(model: string): ModelVersion | undefined {
  const id = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  const match =
    /(?:^|[.:])claude-(?:[a-z]+-)*(\d{1,2})(?:[-.](\d{1,2})(?!\d))?/.exec(id) ??
    /^gpt-(\d{1,2})(?:\.(\d{1,2}))?/.exec(id);
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2] ?? 0)];
}

export function isVersionAtLeast(version: ModelVersion, minimum: ModelVersion): boolean {
  return version[0] !== minimum[0] ? version[0] > minimum[0] : version[1] >= minimum[1];
}
