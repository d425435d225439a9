import { z } from 'zod';
import type { Destination, Source } from './delivery.ts';

/**
 * What a method touches, which decides what a page may ask of it (rpc/page.ts):
 *
 * - `studio`: the library, the packs that the studio found, and what the call itself brings;
 * - `destination`: a folder too, if its `destination` is one, for which the host has to vouch;
 * - `source`: the same of its `source`, which is only read.
 *
 * Nothing that a page can call reaches further. A folder or file of the caller's choosing is no input of
 * any method: hosts that may open one call the engine.
 */
export type Reach = 'studio' | 'destination' | 'source';

/** The only reach that fits an input: the compiler does not let a method with a destination or a source hide it. */
type ReachOf<Input extends z.ZodType> =
  z.output<Input> extends { readonly destination: Destination }
    ? 'destination'
    : z.output<Input> extends { readonly source: Source }
      ? 'source'
      : 'studio';

/** One request, one answer. */
export interface CallMethod<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly kind: 'call';
  readonly reach: Reach;
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
  readonly reach: Reach;
  readonly input: Input;
  readonly event: Event;
  readonly output: Output;
}

/** A service as data: its methods by name. Types, channels and checks all follow from it. */
export type Methods = Readonly<Record<string, CallMethod | StreamMethod>>;

export function call<Input extends z.ZodType, Output extends z.ZodType>(
  reach: ReachOf<Input>,
  input: Input,
  output: Output,
): CallMethod<Input, Output> {
  return { kind: 'call', reach, input, output };
}

export function stream<Input extends z.ZodType, Event extends z.ZodType, Output extends z.ZodType>(
  reach: ReachOf<Input>,
  input: Input,
  event: Event,
  output: Output,
): StreamMethod<Input, Event, Output> {
  return { kind: 'stream', reach, input, event, output };
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

/** For methods that take or answer nothing. */
export const nothingSchema = z.object({});
