import { expect, it } from 'vitest';
import type { Preset } from '../../electron/contract/preset.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Presets } from './presets.svelte.ts';

function preset(name: string, prompt = name): Preset {
  return { name, prompt, without: '', settings: null };
}

function openPresets() {
  const library = { trashDays: 7, presets: [preset('b')] };
  const service = {
    librarySettings: async () => ({ ...library }),
    setLibrarySettings: async (change: object) => void Object.assign(library, change),
  } as unknown as StudioService;
  return { library, presets: new Presets(service) };
}

it('are saved by name beside those of another window, and nothing else changes', async () => {
  const { library, presets } = openPresets();
  await presets.reload();
  // Another window saves one.
  library.presets = [...library.presets, preset('c')];
  await presets.save(preset('a'));
  await presets.save(preset('b', 'other words'));
  expect(presets.all.map(({ name, prompt }) => [name, prompt])).toEqual([
    ['a', 'a'],
    ['b', 'other words'],
    ['c', 'c'],
  ]);
  await presets.remove(preset('b'));
  expect(presets.all.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(library.trashDays).toBe(7);
});
