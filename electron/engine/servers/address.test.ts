import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.ts';

describe('the address of a model server', () => {
  it.each([
    ['grpc://127.0.0.1:8033', 'grpc://127.0.0.1:8033', '127.0.0.1:8033', false, true],
    ['grpcs://box.studio', 'grpcs://box.studio:8001', 'box.studio:8001', true, false],
    ['grpc://[::1]:81/', 'grpc://[::1]:81', '[::1]:81', false, true],
  ])('%s is read', (given, text, target, isEncrypted, isLoopback) => {
    expect(parseAddress(given)).toEqual({ text, target, isEncrypted, isLoopback });
  });

  it.each(['', 'box:8001', 'https://box', 'grpc://', 'grpc://me:secret@box', 'grpc://box/models'])(
    '"%s" is refused',
    (given) => {
      expect(() => parseAddress(given)).toThrow(/no address of a model server/);
    },
  );
});
