/** How long what `npm start` has opened may take to end, in milliseconds: less than whoever waits for it here. */
export const PATIENCE_MS = 9_500;
