/** The places of the window, in the order of the bar. */
export const PLACES = ['create', 'between', 'timeline', 'library', 'models', 'grid'] as const;
export type Place = (typeof PLACES)[number];

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
