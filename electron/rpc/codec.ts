/** Messages as bytes, for transports that carry nothing else: MessagePack, so that pixels stay bytes. */
import { decode, encode } from '@msgpack/msgpack';
import { StudioError } from '../contract/errors.ts';
import { fitsLimitsPacked } from './message-limits.ts';

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

/**
 * Decodes what came from a page, which may be any bytes at all.
 *
 * @throws StudioError `invalid-argument` when the bytes are no message, or too much of one
 */
export function decodeRequest(bytes: Uint8Array): unknown {
  if (fitsLimitsPacked(bytes)) return decodeMessage(bytes);
  throw new StudioError('invalid-argument', 'What was received is too much for a message.');
}
