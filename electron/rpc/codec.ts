/** Messages as bytes, for transports that carry nothing else: MessagePack, so that pixels stay bytes. */
import { decode, encode } from '@msgpack/msgpack';
import { StudioError } from '../contract/errors.ts';

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  // Left out instead of null: an optional field that is undefined is one that is not there.
  return encode(message, { ignoreUndefined: true });
}

/** @throws StudioError `invalid-argument` when the bytes are no message */
export function decodeMessage(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (cause) {
    throw new StudioError('invalid-argument', 'What was received is not a message.', { cause });
  }
}
