import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Edit } from '../../electron/contract/edit.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Edits } from './edits.svelte.ts';
import type { Phrase } from './slider-set.svelte.ts';
import type { Slide } from './sliders.ts';
import { slowMachine } from './test-speed.ts';
import { UndoStack } from './undo.svelte.ts';

const PORTRAIT = '0199a5b2-7c00-7000-8000-000000000001';
const OWN: Edit = {
  ...{ kind: 'slide', direction: { kind: 'principal', index: 3 }, amount: 2, layers: [0, 0] },
};

function openEdits() {
  const service = {
    previewEdit: () => Promise.resolve({ width: 1, height: 1, pixels: new Uint8Array(3) }),
    judgeEdits: () => Promise.resolve({ gains: [], silences: [] }),
    principalDirections: () => Promise.resolve([{ index: 3, name: null }]),
  } as unknown as StudioService;
  const undo = new UndoStack();
  const edits = new Edits(service, undo, slowMachine(), () => null);
  edits.begin(PORTRAIT);
  return { edits, undo };
}

const phrase = (n: number): Phrase => ({ kind: 'text', to: `phrase ${n}`, disentangle: 0.4 });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});

describe('what has been done to a portrait', () => {
  it('outlives the window, also along directions that are hidden then', async () => {
    const { edits } = openEdits();
    await edits.toggleOwn();
    edits.slide('principal/3', 2);
    await edits.toggleOwn();
    await vi.runAllTimersAsync();
    const again = openEdits().edits;
    expect(again.sliders.own).toEqual([]);
    expect(again.edits).toEqual([OWN]);
  });

  it('is not lost to a phrase too many: idle ones make room', () => {
    const { edits } = openEdits();
    const first = edits.addPhrase(phrase(0));
    edits.slide(first, 0.5);
    for (let n = 1; n <= 12; n++) edits.addPhrase(phrase(n));
    const titles = edits.sliders.phrases.map(({ title }) => title);
    expect(titles).toHaveLength(12);
    expect(titles).toContain('phrase 0');
    expect(titles).not.toContain('phrase 1');
    expect(edits.edits).toMatchObject([{ direction: phrase(0), amount: 0.5 }]);
  });

  it('is taken back without hiding what is shown of the model', async () => {
    const { edits, undo } = openEdits();
    edits.slide(edits.addPhrase(phrase(0)), 1);
    await edits.toggleOwn();
    await undo.undo();
    expect(edits.edits).toEqual([]);
    expect(edits.sliders.isOwnShown).toBe(true);
  });

  it('opens as the sliders that another portrait was made with, in one step', async () => {
    const { edits, undo } = openEdits();
    edits.slide(edits.addPhrase(phrase(7)), 1);
    const slides: Slide[] = [
      { kind: 'slide', direction: phrase(1), amount: -0.5, layers: [0, 0] },
      { ...OWN, layers: [0, 0] } as Slide,
    ];
    edits.open(slides);
    expect(new Set(edits.edits)).toEqual(new Set(slides));
    await undo.undo();
    expect(edits.edits).toMatchObject([{ direction: phrase(7), amount: 1 }]);
  });
});
