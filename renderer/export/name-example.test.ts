import { describe, expect, it } from 'vitest';
import type { Generation } from '../../electron/contract/generation.ts';
import { nameExample, unknownField } from './name-example.ts';

const generation: Generation = {
  id: '0199a5b2-7c00-7000-8000-000000000001',
  prompt: 'who: a $& sailor / or  not?',
  seed: 42,
  settings: { truncation: 1, temperature: 0.8, gap: 'shift', count: 1 },
  pack: { id: 'tiny-pack', version: '1.0.0' },
  device: 'cpu',
  timings: {},
  clipScore: null,
  logLikelihood: null,
  parents: [],
  source: { kind: 'prompt' },
  createdAt: new Date(2026, 0, 2, 3, 4, 5).getTime(),
  width: 16,
  height: 16,
  starred: false,
  trashedAt: null,
};

describe('nameExample', () => {
  it('fills every field, whatever the prompt holds', () => {
    expect(nameExample('{date} {time} {seed} {pack} {n}', generation)).toBe(
      '2026-01-02 03-04-05 42 tiny-pack 0001',
    );
    expect(nameExample('{prompt}', generation)).toBe('who- a $& sailor - or not-');
  });

  it('never comes out empty', () => {
    expect(nameExample('{seed}', { ...generation, seed: null })).toBe('portrait');
  });
});

it('names the field that does not exist', () => {
  expect(unknownField('{prompt} {sead}')).toBe('sead');
  expect(unknownField('{prompt} {seed}')).toBeNull();
});
