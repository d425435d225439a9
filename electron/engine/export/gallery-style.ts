import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How a web gallery looks: neutral surroundings, in which nothing but the portraits has colour. */
const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f5f5, #111112);
  --stage: light-dark(#fbfbfb, #0a0a0b);
  --raised: light-dark(#ffffff, #242427);
  --ink: light-dark(#17171a, #ededee);
  --ink-2: light-dark(#55555c, #a9a9af);
  --line: light-dark(#dcdcdf, #2b2b2e);
  --ring: light-dark(#2b5fd9, #8ab4ff);
  --edge: clamp(1.25rem, 5vw, 5.5rem);
  --calm: 240ms cubic-bezier(.2, 0, 0, 1);
}
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--ground); -webkit-text-size-adjust: 100%; }
body { color: var(--ink); font: 1rem/1.55 Inter, "Segoe UI Variable Text", system-ui, sans-serif; margin: 0; }
a { color: inherit; }
button, .tool { appearance: none; background: none; border: 0; color: inherit; cursor: pointer; font: inherit; padding: 0; }
:focus-visible { outline: 2px solid var(--ring); outline-offset: 3px; }
svg { display: block; fill: none; height: 1.25rem; stroke: currentColor; stroke-linecap: round; stroke-linejoin: round; stroke-width: 1.5; width: 1.25rem; }
.tool { align-items: center; background: transparent; border-radius: 50%; display: inline-flex; flex: none; height: 2.75rem; justify-content: center; transition: background var(--calm); width: 2.75rem; }
.tool:hover { background: light-dark(rgb(0 0 0 / .07), rgb(255 255 255 / .1)); }

header { padding: clamp(1rem, 2.5vw, 2rem) var(--edge) clamp(2rem, 5vw, 4.5rem); }
.bar { align-items: center; color: var(--ink-2); display: flex; font-size: .875rem; font-variant-numeric: tabular-nums; justify-content: space-between; margin-inline-end: -.75rem; }
h1 { font-size: clamp(2.25rem, 6.4vw, 5rem); font-weight: 400; letter-spacing: -.035em; line-height: 1.02; margin: clamp(1.5rem, 6vw, 5rem) 0 0; max-width: 18ch; overflow-wrap: anywhere; text-wrap: balance; }
.introduction { color: var(--ink-2); font-size: clamp(1rem, 1.3vw, 1.1875rem); margin-top: clamp(1rem, 2vw, 1.75rem); max-width: 38rem; }
.introduction p { margin: 0 0 .8em; overflow-wrap: anywhere; text-wrap: pretty; white-space: pre-line; }

ol { display: grid; gap: clamp(1.25rem, 2.2vw, 2.25rem) clamp(.75rem, 1.4vw, 1.5rem); grid-template-columns: repeat(auto-fill, minmax(min(42%, 15rem), 1fr)); list-style: none; margin: 0; padding: 0 var(--edge); }
li { min-width: 0; }
li a { border-radius: .375rem; display: block; text-decoration: none; }
.frame { background: var(--line); border-radius: .375rem; display: block; overflow: hidden; }
.frame img { display: block; height: auto; transition: scale var(--calm); width: 100%; }
li a:hover img { scale: 1.025; }
.words { color: var(--ink-2); display: -webkit-box; font-size: .875rem; line-height: 1.45; margin-top: .625rem; overflow: hidden; overflow-wrap: anywhere; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
li a:hover .words { color: var(--ink); }

footer { border-top: 1px solid var(--line); color: var(--ink-2); font-size: .8125rem; margin: clamp(2.5rem, 6vw, 5rem) var(--edge) 0; padding: 1.25rem 0 2rem; }
footer p { margin: 0; overflow-wrap: anywhere; }

dialog { background: none; border: 0; color: inherit; height: 100%; margin: 0; max-height: none; max-width: none; padding: 0; width: 100%; }
dialog::backdrop { background: var(--stage); }
dialog[open] { animation: appear var(--calm); }
@keyframes appear { from { opacity: 0; } }
.stage { background: var(--stage); display: grid; grid-template: auto minmax(0, 1fr) auto / 4.5rem minmax(0, 1fr) 4.5rem; height: 100%; touch-action: pan-y pinch-zoom; }
.top { align-items: center; display: flex; font-size: .875rem; gap: .25rem; grid-column: 1 / -1; padding: .75rem 1rem .75rem 1.5rem; }
.top output { color: var(--ink-2); flex: 1; font-variant-numeric: tabular-nums; }
.view { align-items: center; container-type: size; display: flex; grid-column: 2; grid-row: 2; justify-content: center; min-height: 0; }
.view img { border-radius: .25rem; display: block; height: auto; user-select: none; -webkit-user-drag: none; }
.view img.settles { transition: translate var(--calm); }
.step { align-self: center; grid-row: 2; justify-self: center; }
.previous { grid-column: 1; }
.next { grid-column: 3; }
.stage > p { color: var(--ink-2); grid-column: 1 / -1; grid-row: 3; justify-self: center; margin: 0; max-height: 24vh; max-width: 46rem; min-height: 1.5rem; overflow: auto; overflow-wrap: anywhere; padding: 1rem 1.5rem 1.75rem; text-align: center; text-wrap: balance; }
[hidden] { display: none !important; }

@media (max-width: 40rem) {
  .stage { grid-template-columns: 0 minmax(0, 1fr) 0; }
  .top { padding-inline: 1rem .25rem; }
  .step { align-self: end; background: var(--raised); box-shadow: 0 2px 12px rgb(0 0 0 / .25); margin-bottom: .25rem; z-index: 1; }
  .previous { justify-self: start; margin-left: 1rem; }
  .next { justify-self: end; margin-right: 1rem; }
}
@media (hover: none) { li a:hover img { scale: none; } }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media print { .bar button, dialog { display: none; } li { break-inside: avoid; } }
`;

const FONT = 'inter-latin-400-normal.woff2';

/** With its letters in it; other scripts are shown in the fonts of whoever looks at the page. */
export function galleryStyle(): string {
  const file = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/${FONT}`));
  const font = readFileSync(file).toString('base64');
  return `@font-face { font-family: Inter; src: url(data:font/woff2;base64,${font}) format("woff2"); }${STYLE}`;
}
