/** The dialog of settings. */
import type { Device } from '../../electron/contract/device.ts';
import type { Density, SettingsPart } from '../state/places.ts';

/** What the window remembers, by the key it is remembered under. */
const REMEMBERED: Readonly<Record<string, string | undefined>> = {
  view: 'how the window is laid out',
  keys: 'changed keys',
  preferences: 'settings',
  settings: 'what shapes the next portraits',
  edits: 'sliders of your own',
  between: 'the path in Between',
  timeline: 'the timeline',
};

export const settingsStrings = {
  settings: {
    title: 'Settings',
    command: 'Settings…',
    parts: {
      window: 'Window',
      keys: 'Keys',
      next: 'Next portraits',
      live: 'Live',
      machine: 'This machine',
      servers: 'Model servers',
    } satisfies Record<SettingsPart, string>,
    theme: 'Theme',
    themeHint: 'Light or dark surroundings. The portrait is the same in both.',
    density: 'Density',
    densityHint: 'Dense rows and bars leave more room to the portrait.',
    densities: { roomy: 'Roomy', dense: 'Dense' } satisfies Record<Density, string>,
    notify: 'Tell when long work has ended',
    notifyHint: 'A notification of the system, while another window is in front.',
    notifyRefused:
      'The browser lets this page tell nothing. Allow its notifications beside the address, and try again.',
    nextHint: 'They are used from the next portrait on, here as beside the words.',
    device: 'Draws on',
    automatic: 'Automatic',
    deviceHint: (device: Device | null) =>
      device === null
        ? 'The fastest that draws the same picture as the CPU.'
        : 'Used however slow it is, as long as it draws the same picture as the CPU.',
    deviceOnly: 'There is nothing to choose: only one of them can be used here.',
    deviceFixed:
      'It was chosen where the studio was started (CLIP_FLOW_DEVICE). Start it without that to choose here.',
    library: 'Library',
    libraryHint: 'Everything that is drawn is kept here.',
    move: 'Move…',
    damaged: (key: string) =>
      `Some of what this window remembers was damaged and begins afresh: ${REMEMBERED[key] ?? 'how you left it'}. ` +
      'All else is as it was.',
    keys: {
      search: 'Find a command',
      none: 'No command of that name.',
      found: (n: number) => (n === 1 ? '1 command' : `${n} commands`),
      resetAll: 'Reset all keys',
      hint: 'Choose a key to change it, then press another.',
      noKey: 'No key',
      press: 'Press a key…',
      change: (title: string, label: string) => `Key of ${title}: ${label}`,
      reset: (title: string) => `Usual key of ${title}`,
      remove: (title: string) => `No key for ${title}`,
      taken: (label: string, by: string, title: string) =>
        `${label} is the key of “${by}”. Give it to “${title}”, and leave the other without one?`,
      give: 'Give it',
      leave: 'Leave it',
      notFree: (label: string) =>
        `${label} belongs to what has the focus, or to the window. Press another key.`,
    },
  },
};
