import './test-window.ts';
import { beforeEach, expect, it } from 'vitest';
import type { PackInfo } from '../../electron/contract/status.ts';
import { Settings } from './settings.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

const defaults = { truncation: 0.7, temperature: 0.8, gap: 'shift', variety: 0.4 } as const;
const plain = { defaults, gaps: ['none', 'shift'], noise: false } as unknown as PackInfo;
const rich = {
  ...{ defaults: { ...defaults, gap: 'neighbours' }, gaps: ['none', 'neighbours'], noise: true },
} as unknown as PackInfo;

/** Settings over a pack that can be exchanged. */
function openSettings(first: PackInfo) {
  const state = { pack: first };
  const settings = new Settings(new UndoStack(), () => state.pack);
  return { settings, state };
}

beforeEach(() => localStorage.clear());

it('asks for variety and noise of packs that have them alone', () => {
  const { settings, state } = openSettings(rich);
  expect(settings.explicit).toEqual({ ...defaults, gap: 'neighbours', noiseSeed: null });
  expect(settings.overrides).toEqual({});
  settings.set({ variety: 0.9, noiseSeed: 7 });
  expect(settings.overrides).toEqual({ variety: 0.9, noiseSeed: 7 });
  expect(settings.isDefault).toBe(false);
  state.pack = plain;
  expect(settings.overrides).toEqual({});
  expect(settings).toMatchObject({ hasVariety: false, hasNoise: false });
  settings.resetAll();
  expect(settings.isDefault).toBe(true);
});

it('goes by the pack’s own gap remedy where it lacks the one that was chosen', () => {
  const { settings, state } = openSettings(rich);
  settings.set({ gap: 'neighbours' });
  expect(settings.overrides).toEqual({ gap: 'neighbours' });
  state.pack = plain;
  expect(settings.gap).toBe('shift');
  expect(settings.overrides).toEqual({});
  state.pack = rich;
  expect(settings.gap).toBe('neighbours');
});
