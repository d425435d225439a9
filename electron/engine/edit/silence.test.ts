import { describe, expect, it } from 'vitest';
import type { Edit } from '../../contract/edit.ts';
import type { LayerRange } from '../../contract/layers.ts';
import type { RgbPicture } from '../images/codec.ts';
import { isSeen, whySilent } from './silence.ts';

const SIDE = 64;
const LAYERS = 4;
const ALL: LayerRange = [0, LAYERS - 1];

/** A grey picture of which so many pixels are white. */
function picture(white: number, grey = 100): RgbPicture {
  const data = new Uint8Array(3 * SIDE * SIDE).fill(grey);
  data.fill(255, 0, 3 * white);
  return { width: SIDE, height: SIDE, data };
}

type Slide = Extract<Edit, { kind: 'slide' }>;
const slide = (to: string, amount = 1, layers = ALL): Slide => ({
  ...{ kind: 'slide', direction: { kind: 'text', to, disentangle: 0 }, amount, layers },
});

/** Why the last of some edits is not seen, where a portrait has as many white pixels as `white` says. */
function why(edits: Slide[], white: (edits: readonly Slide[]) => number, unheard: string[] = []) {
  const last = edits.at(-1)!;
  return whySilent(last, edits.length - 1, {
    ...{ edits, layers: LAYERS, unheard },
    draw: async (some) => picture(white(some as Slide[])),
  });
}

/** The amount of a slider in a stack, 0 where it is not in it. */
const amountOf = (edits: readonly Slide[], to: string): number =>
  edits.find(({ direction }) => 'to' in direction && direction.to === to)?.amount ?? 0;

describe('what an eye sees', () => {
  it('is a place that is another, however small, and no breath over all of the picture', () => {
    expect(isSeen(picture(0), picture(0))).toBe(false);
    expect(isSeen(picture(0), picture(40))).toBe(true);
    expect(isSeen(picture(0), picture(4))).toBe(false);
    expect(isSeen(picture(0, 100), picture(0, 108))).toBe(false);
  });
});

describe('a phrase that changes nothing', () => {
  it('may have words that the pack does not know: then nothing is drawn', async () => {
    const drawn = () => expect.fail('drew');
    expect(await why([slide('a cat')], drawn, ['cat'])).toEqual({
      kind: 'unheard',
      words: ['cat'],
    });
  });

  it('may not be moved far enough', async () => {
    const white = (edits: readonly Slide[]) => (amountOf(edits, 'red') >= 1 ? 400 : 0);
    expect(await why([slide('red', 0.2)], white)).toEqual({ kind: 'amount' });
  });

  it('may act on layers that do something else', async () => {
    const white = ([one]: readonly Slide[]) => (one && one.layers[1] === LAYERS - 1 ? 400 : 0);
    expect(await why([slide('red', 1, [0, 1])], white)).toEqual({ kind: 'layers' });
  });

  it('may be what the portrait shows already', async () => {
    const white = (edits: readonly Slide[]) => (amountOf(edits, 'red') < 0 ? 0 : 400);
    expect(await why([slide('red')], white)).toEqual({ kind: 'there' });
  });

  it('may be hidden by another edit, which is named', async () => {
    const white = (edits: readonly Slide[]) =>
      amountOf(edits, 'hat') > 0 || amountOf(edits, 'red') <= 0 ? 0 : 400;
    const edits = [slide('sad'), slide('hat'), slide('red')];
    expect(await why(edits, white)).toEqual({ kind: 'edit', index: 1 });
  });

  it('may have nothing to change at this portrait', async () => {
    expect(await why([slide('sad'), slide('red')], () => 7)).toEqual({ kind: 'portrait' });
  });
});
