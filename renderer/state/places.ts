/** The places of the window, in the order of the bar. */
export const PLACES = ['create', 'between', 'timeline', 'library', 'models', 'grid'] as const;
export type Place = (typeof PLACES)[number];

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How close things stand. */
export const DENSITIES = ['roomy', 'dense'] as const;
export type Density = (typeof DENSITIES)[number];

/** The parts of the settings, in their order. */
export const SETTINGS_PARTS = ['window', 'keys', 'next', 'live', 'machine', 'servers'] as const;
export type SettingsPart = (typeof SETTINGS_PARTS)[number];
