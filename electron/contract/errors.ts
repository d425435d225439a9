import { z } from 'zod';
import { shortened } from './shortened.ts';
import { systemMeaning, systemPath } from './system-errors.ts';

/** Every way in which the studio can refuse or fail. Hosts translate, tests assert, logs count by these. */
export const ERROR_CODES = [
  // What was asked for
  'invalid-argument',
  'prompt-empty',
  'prompt-too-long',
  'prompt-invalid',
  'cancelled',
  'superseded',
  'disconnected',
  'too-many-requests',
  // Model packs
  'pack-not-found',
  'pack-not-a-pack',
  'pack-newer-format',
  'pack-path-escapes',
  'pack-file-missing',
  'pack-file-corrupt',
  'pack-file-invalid',
  'pack-wrong-shape',
  'pack-constant-output',
  'pack-not-repeatable',
  'pack-not-finite',
  'pack-over-budget',
  'pack-lacks-feature',
  'pack-exists',
  'pack-in-use',
  // Checkpoints of other programs, and the models made of them
  'checkpoint-invalid',
  'checkpoint-unsupported',
  'checkpoint-has-code',
  'component-not-found',
  'component-exists',
  // Model hubs
  'network-unreachable',
  'network-refused',
  'network-corrupt',
  // Model servers
  'server-unsuitable',
  // Inference
  'inference-failed',
  'inference-crashed',
  'inference-closed',
  'device-unavailable',
  'out-of-memory',
  // Learning
  'training-diverged',
  // Pictures and files
  'picture-unreadable',
  'picture-too-large',
  'picture-unsuitable',
  'metadata-malformed',
  'file-not-found',
  'file-exists',
  'access-denied',
  'path-unusable',
  'file-busy',
  'disk-full',
  'disk-failed',
  'too-many-files',
  // The library
  'library-corrupt',
  'library-newer',
  'library-read-only',
  'library-busy',
  'not-found',
  // Hosts
  'port-busy',
  // Everything that should not happen
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as it crosses a process or network boundary. */
export const serialisedErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.json()).optional(),
});
export type SerialisedError = z.infer<typeof serialisedErrorSchema>;
export type ErrorDetails = NonNullable<SerialisedError['details']>;

/** An error an artist can meet. Its message says what happened, what was kept, and what to do next. */
export class StudioError extends Error {
  override readonly name = 'StudioError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { details?: ErrorDetails },
  ) {
    super(shortened(message), options);
    this.code = code;
    this.details = options?.details;
  }

  toJSON(): SerialisedError {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }

  static from({ code, message, details }: SerialisedError): StudioError {
    return new StudioError(code, message, details && { details });
  }
}

/**
 * Any thrown value as a StudioError: itself, a cancellation, what the system's error means, or `internal`
 * with the cause kept.
 */
export function toStudioError(thrown: unknown): StudioError {
  if (thrown instanceof StudioError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled(thrown);
  const meaning = systemMeaning(thrown);
  if (meaning) {
    const { code, why, next } = meaning;
    const about = systemPath(thrown) ?? 'This did not work';
    return new StudioError(code, `${about}: ${why}. ${next}`, { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new StudioError('internal', message, { cause: thrown });
}

/** What work rejects with when its AbortSignal fires: the signal's own StudioError, or `cancelled`. */
export function cancelled(reason?: unknown): StudioError {
  if (reason instanceof StudioError) return reason;
  return new StudioError('cancelled', 'Cancelled. What was finished before is kept.', {
    cause: reason,
  });
}

/** The check between two pieces of long work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal.reason);
}
