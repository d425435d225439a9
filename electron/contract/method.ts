import { z } from 'zod';

/** One request, one answer. */
export interface CallMethod<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly kind: 'call';
  readonly input: Input;
  readonly output: Output;
}

/** One request, any number of events, one answer at the end. */
export interface StreamMethod<
  Input extends z.ZodType = z.ZodType,
  Event extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly kind: 'stream';
  readonly input: Input;
  readonly event: Event;
  readonly output: Output;
}

/** A service as data: its methods by name. Types, channels and checks all follow from it. */
export type Methods = Readonly<Record<string, CallMethod | StreamMethod>>;

export function call<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): CallMethod<Input, Output> {
  return { kind: 'call', input, output };
}

export function stream<Input extends z.ZodType, Event extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  event: Event,
  output: Output,
): StreamMethod<Input, Event, Output> {
  return { kind: 'stream', input, event, output };
}

export interface CallOptions {
  /** Cancels the work; the method then rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

export interface StreamOptions<Event> extends CallOptions {
  readonly onEvent?: ((event: Event) => void) | undefined;
}

/**
 * The interface that the engine implements, and that a client on the far side of any transport has
 * again. Every method rejects with a StudioError.
 */
export type Service<M extends Methods> = {
  [Name in keyof M]: M[Name] extends StreamMethod<infer Input, infer Event, infer Output>
    ? (
        input: z.output<Input>,
        options?: StreamOptions<z.output<Event>>,
      ) => Promise<z.output<Output>>
    : M[Name] extends CallMethod<infer Input, infer Output>
      ? (input: z.output<Input>, options?: CallOptions) => Promise<z.output<Output>>
      : never;
};

/** Binary data; crosses every transport as it is. */
export const bytesSchema = z.custom<Uint8Array<ArrayBuffer>>(
  (value) => value instanceof Uint8Array,
  { message: 'must be binary data' },
);

/** For methods that take or answer nothing. */
export const nothingSchema = z.object({});
