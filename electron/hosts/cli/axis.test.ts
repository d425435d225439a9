import { describe, expect, it } from 'vitest';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { readManifest } from '../../engine/packs/manifest.ts';
import { axis } from './axis.ts';

const manifest = await readManifest(TINY_PACK);
const read = (text: string) => axis(text)(manifest);
const ID = '01a1b2c3-d4e5-7000-8000-000000000001';
const last = manifest.generator.layers - 1;

describe('an axis that is typed', () => {
  it('is words between bars, but for those between braces', () => {
    expect(read('prompt=a {red|blue} hat | an old man')).toEqual({
      kind: 'prompts',
      prompts: ['a {red|blue} hat', 'an old man'],
    });
  });

  it('is seeds from one to another', () => {
    expect(read('seed=7..9')).toEqual({ kind: 'seeds', first: 7, steps: 3 });
    expect(read('noise-seed=4')).toEqual({ kind: 'noise', first: 4, steps: 1 });
  });

  it('is a range, in five steps unless it says how many', () => {
    expect(read('truncation=0.4..1')).toEqual({ kind: 'truncation', from: 0.4, to: 1, steps: 5 });
    expect(read('variety=.2...8:3')).toEqual({ kind: 'variety', from: 0.2, to: 0.8, steps: 3 });
    expect(read('strength=0.5')).toEqual({ kind: 'strength', from: 0.5, to: 0.5, steps: 1 });
  });

  it('is a slider of the pack where it brings one of that name, and else of words', () => {
    const span = { from: -1, to: 1, steps: 3 };
    expect(read('smile=-1..1:3@all')).toEqual({
      ...{ kind: 'slide', direction: { kind: 'named', id: 'smile' }, layers: [0, last], ...span },
    });
    expect(read('phrase:smile=-1..1:3')).toMatchObject({
      direction: { kind: 'text', to: 'smile', disentangle: 0.8 },
    });
    expect(read('sad -> laughing=-1..1:3')).toMatchObject({
      direction: { kind: 'text', from: 'sad', to: 'laughing' },
    });
    expect(read('principal:3=-1..1:3')).toMatchObject({
      direction: { kind: 'principal', index: 2 },
    });
  });

  it('is a way between words and portraits', () => {
    expect(read(`path:a child -> ${ID}=0..1:7@w`)).toEqual({
      kind: 'path',
      between: {
        from: { kind: 'prompt', prompt: 'a child', seed: 0 },
        to: { kind: 'portrait', id: ID },
        path: 'w',
      },
      ...{ from: 0, to: 1, steps: 7 },
    });
  });

  it.each(['seed', 'seed=', 'seed=9..7', 'smile=1..99', 'prompt= | ', 'path:one=0..1', 'x=1..2:0'])(
    'is refused in words: %s',
    (text) => {
      expect(() => axis(text)).toThrow(/\w+.*\.$/);
    },
  );

  it.each(['prompt=', 'prompt= | ', 'prompt=a child||an old man'])('has words: %s', (text) => {
    expect(() => axis(text)).toThrow('must have words between its bars');
  });
});
