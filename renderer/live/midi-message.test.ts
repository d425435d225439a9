import { expect, it } from 'vitest';
import { readMidi } from './midi-message.ts';

it.each([
  ['a knob', [0xb0, 74, 127], { kind: 'control', channel: 1, number: 74 }, 1],
  ['a fader of the last channel', [0xbf, 0, 0], { kind: 'control', channel: 16, number: 0 }, 0],
  ['a wheel at rest', [0xe2, 0, 64], { kind: 'bend', channel: 3, number: 0 }, 8_192 / 16_383],
  ['a wheel at its end', [0xe2, 127, 127], { kind: 'bend', channel: 3, number: 0 }, 1],
] as const)('hears %s', (_, bytes, control, share) => {
  expect(readMidi(Uint8Array.from(bytes))).toEqual({ control, share });
});

it.each([
  ['a key', [0x90, 60, 100]],
  ['"all notes off"', [0xb0, 123, 0]],
  ['the clock', [0xf8]],
  ['what is cut', [0xb0, 74]],
  ['what is no number of MIDI', [0xb0, 74, 200]],
  ['nothing', []],
])('passes over %s', (_, bytes) => {
  expect(readMidi(Uint8Array.from(bytes))).toBeNull();
});
