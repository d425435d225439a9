/** What words can say beyond themselves, and prompts that are kept. */
import { count } from '../../electron/contract/count.ts';
import type { Preset } from '../../electron/contract/preset.ts';

export const promptStrings = {
  prompts: {
    makes: (prompts: number, portraits: number) =>
      `${count(prompts, 'prompt')}, ${count(portraits, 'portrait')} in one run`,
    without: 'Without',
    withoutPlaceholder: 'what is not to be seen, with commas between',
    leaveOut: 'Leave something out',
    title: 'Saved and recent prompts',
    saved: 'Saved',
    recent: 'Recent',
    save: 'Save the words in the field',
    nothingToSave: 'There are no words yet.',
    name: 'Name',
    keep: 'Save',
    withSettings: 'With settings',
    withSettingsHint:
      'Temperature, truncation and the like come back with the words; the seed does not.',
    remove: (name: string) => `Remove ${name}`,
    removed: (name: string) => `Removed: ${name}`,
    preset: ({ prompt, without, settings }: Preset) =>
      [prompt, without && `without ${without}`, settings && 'with settings']
        .filter(Boolean)
        .join(' · '),
  },
};
