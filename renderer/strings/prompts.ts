/** What words can say beyond themselves, and prompts that are kept. */
import { count } from '../../electron/contract/count.ts';
import { about } from '../../electron/contract/duration.ts';
import type { Preset } from '../../electron/contract/preset.ts';

export const promptStrings = {
  prompts: {
    /** @param ms how long they take, where that is worth a word and known */
    makes: (prompts: number, portraits: number, ms: number | null) =>
      `${count(prompts, 'prompt')}, ${count(portraits, 'portrait')} in one run` +
      (ms === null ? '' : `, ${about(ms)}`),
    tooMany: (portraits: number, most: number) =>
      `These words make ${count(portraits, 'portrait')}, and ${most.toLocaleString('en')} are the most that are drawn at once. Take some alternatives out, or ask for fewer of each.`,
    without: 'Without',
    withoutPlaceholder: 'what is not to be seen, with commas between',
    leaveOut: 'Leave something out',
    offer: 'What can I draw?',
    offerHint: (pack: string) =>
      `Press what ${pack} can draw: its words come into the prompt, and go again.`,
    noOffer: (pack: string) =>
      `${pack} does not say what it can draw. Type a few words, and see what becomes of them.`,
    styles: 'Style',
    anyStyle: 'Any style',
    styleKept: (title: string) => `Style kept: ${title}`,
    letStyleGo: 'Draw in any style again',
    examples: 'To begin with',
    vocabulary: 'More words to try',
    unknown: (words: readonly string[], pack: string) =>
      `Not known to ${pack}: ${words.map((word) => `“${word}”`).join(', ')}. ` +
      `${words.length === 1 ? 'It makes' : 'They make'} little difference, or another than you mean.`,
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
