import { describe, expect, it } from 'vitest';
import { layerName, setting } from './arguments.ts';

describe('a slider', () => {
  it.each([
    ['smile=1', { name: 'smile', amount: 1 }],
    ['smile=-1.5@coarse', { name: 'smile', amount: -1.5, layers: 'coarse' }],
    ['sad -> laughing=0.8@fine', { name: 'sad -> laughing', amount: 0.8, layers: 'fine' }],
    // Only what follows the amount names layers.
    ['me@work=1', { name: 'me@work', amount: 1 }],
    ['a=b=2@all', { name: 'a=b', amount: 2, layers: 'all' }],
  ])('is read from %s', (text, expected) => {
    expect(setting(text, [])).toEqual([expected]);
  });

  it('comes after those before it', () => {
    const first = setting('smile=1@fine', []);
    expect(setting('3=-2', first)).toEqual([...first, { name: '3', amount: -2 }]);
  });

  it.each(['smile=1@hair', 'smile=1@', 'smile=1@Fine', 'smile=1@fine@all', 'smile=1@ fine'])(
    'is refused with what its layers may be: %s',
    (text) => {
      expect(() => setting(text, [])).toThrow('It must be one of all, coarse, middle, fine.');
    },
  );

  it.each(['smile', '=1', 'smile@fine', 'smile=', 'smile=@fine', 'smile=wide@fine', 'smile=11'])(
    'is refused without a name and an amount that portraits survive: %s',
    (text) => {
      expect(() => setting(text, [])).toThrow();
    },
  );
});

it('layers have the names that the sliders know', () => {
  expect(layerName('middle')).toBe('middle');
  expect(() => layerName('hair')).toThrow('It must be one of all, coarse, middle, fine.');
});
