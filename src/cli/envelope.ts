/** What every `--json` output of the command line is wrapped in. All five keys are always there. */
export interface Envelope {
  readonly schemaVersion: number;
  readonly ok: boolean;
  readonly data: unknown;
  readonly error: EnvelopeError | null;
  readonly warnings: readonly EnvelopeWarning[];
}

export interface EnvelopeError {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
}

export interface EnvelopeWarning {
  readonly code: string;
  readonly message: string;
}

export interface EnvelopeOptions {
  readonly schemaVersion?: number;
  readonly warnings?: readonly EnvelopeWarning[];
}

export function success(data: unknown, { schemaVersion = 1, warnings = [] }: EnvelopeOptions = {}): string {
  return print({ schemaVersion, ok: true, data, error: null, warnings });
}

/** `data` stays beside the error where a report explains it, as a failed check's findings do. */
export function failure(
  error: { code: string; message: string; details?: unknown },
  data: unknown = null,
  options: EnvelopeOptions = {},
): string {
  const { schemaVersion = 1, warnings = [] } = options;
  const { code, message, details = null } = error;
  return print({ schemaVersion, ok: false, data, error: { code, message, details }, warnings });
}

function print(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}
