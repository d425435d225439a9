import { toBuffer } from 'osc-min';
import { describe, expect, it } from 'vitest';
import { MAX_PACKET_BYTES, readOsc } from './osc.ts';

/** A packet as another program writes it. */
function packet(input: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = toBuffer(input as Parameters<typeof toBuffer>[0]);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const message = (address: string, args: unknown) => ({ oscType: 'message', address, args });

describe('OSC', () => {
  it.each([
    [{ type: 'float', value: 0.25 }, 0.25],
    [{ type: 'double', value: 0.1 }, 0.1],
    [{ type: 'integer', value: -3 }, -3],
    [{ type: 'bigint', value: 7n }, 7],
    [{ type: 'true' }, 1],
    [{ type: 'false' }, 0],
    [{ type: 'float', value: NaN }, null],
    [{ type: 'float', value: Infinity }, null],
    [{ type: 'string', value: 'far' }, null],
    [{ type: 'blob', value: Uint8Array.of(1, 2, 3, 4, 5) }, null],
    [{ type: 'timetag', value: [1, 2] }, null],
    [{ type: 'midi', value: [1, 2, 3, 4] }, null],
    [{ type: 'null' }, null],
  ] as const)('argument %o is read as %o', (arg, value) => {
    const address = '/clip-flow/between/position';
    expect(readOsc(packet(message(address, arg)))).toEqual([{ address, value }]);
  });

  it('reads all arguments to their end, of which none or several are no value', () => {
    const args = [0.5, 'a', new Uint8Array([1]), true, 2];
    expect(readOsc(packet(message('/a', args)))).toEqual([{ address: '/a', value: null }]);
    expect(readOsc(packet(message('/a', [])))).toEqual([{ address: '/a', value: null }]);
  });

  it('reads bundles, and bundles within them, in their order', () => {
    const inner = { oscType: 'bundle', timetag: [9, 9], elements: [message('/b', 2)] };
    const bundle = { oscType: 'bundle', timetag: [0, 1], elements: [message('/a', 1), inner] };
    expect(readOsc(packet(bundle))).toEqual([
      { address: '/a', value: 1 },
      { address: '/b', value: 2 },
    ]);
  });

  it('takes no packet that is cut, longer than it says, or nested without end', () => {
    const bundle = { oscType: 'bundle', timetag: [0, 1], elements: [message('/a/b', [1, 'c'])] };
    const whole = packet(bundle);
    for (let length = 0; length < whole.length; length++) {
      // A bundle of nothing is one.
      if (length !== 16) expect(readOsc(whole.subarray(0, length)), `${length}`).toBeNull();
    }
    expect(readOsc(Uint8Array.of(...whole, 0, 0, 0, 0))).toBeNull();
    const nested = (depth: number): unknown => ({
      ...{ oscType: 'bundle', timetag: [0, 1] },
      elements: depth === 0 ? [] : [nested(depth - 1)],
    });
    expect(readOsc(packet(nested(5)))).toEqual([]);
    expect(readOsc(packet(nested(20)))).toBeNull();
    expect(readOsc(packet(message('/a', 'x'.repeat(MAX_PACKET_BYTES))))).toBeNull();
  });

  it('takes nothing out of noise, whatever it is', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647);
    const valid = packet(message('/clip-flow/slider/age', 0.5));
    for (let i = 0; i < 5_000; i++) {
      const noise = Uint8Array.from({ length: random() % 64 }, () => random() % 256);
      const bent = Uint8Array.from(valid);
      bent[random() % bent.length] = random() % 256;
      for (const bytes of [noise, bent]) {
        const read = readOsc(bytes);
        for (const { value } of read ?? [])
          expect(value === null || Number.isFinite(value)).toBe(true);
      }
    }
  });
});
