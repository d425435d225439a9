import { createHash } from 'node:crypto';

export interface GalleryItem {
  /** Relative to the page, with forward slashes. */
  readonly picture: string;
  readonly width: number;
  readonly height: number;
  /** Empty where there are no words, or none are to be shown. */
  readonly words: string;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
ol { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); list-style: none; padding: 0; }
a { color: inherit; display: block; text-decoration: none; }
a:focus-visible, button:focus-visible { outline: 3px solid Highlight; outline-offset: 3px; }
img { border-radius: .5rem; display: block; height: auto; width: 100%; }
p { font-size: .875rem; margin: .5rem 0 0; overflow-wrap: anywhere; }
dialog { border: 0; border-radius: .75rem; max-width: min(90vw, 85vh); padding: 1rem; width: 64rem; }
dialog::backdrop { background: rgb(0 0 0 / .7); }
dialog form { display: flex; gap: .5rem; justify-content: flex-end; margin-top: .75rem; }
button { font: inherit; padding: .25rem .75rem; }
`;

const SCRIPT = `
const links = [...document.querySelectorAll('ol a')];
const dialog = document.querySelector('dialog');
const [large, words] = [dialog.querySelector('img'), dialog.querySelector('p')];
let current = 0;
const focused = () => links.indexOf(document.activeElement);
function show(index) {
  current = (index + links.length) % links.length;
  const small = links[current].querySelector('img');
  large.src = links[current].href;
  large.alt = small.alt;
  words.textContent = links[current].querySelector('p')?.textContent ?? '';
  if (!dialog.open) dialog.showModal();
}
links.forEach((link, index) => link.addEventListener('click', (event) => {
  event.preventDefault();
  show(index);
}));
dialog.addEventListener('close', () => links[current].focus());
dialog.querySelector('[data-step="-1"]').addEventListener('click', () => show(current - 1));
dialog.querySelector('[data-step="1"]').addEventListener('click', () => show(current + 1));
document.addEventListener('keydown', ({ key }) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step === undefined || links.length === 0) return;
  if (dialog.open) show(current + step);
  else links[(focused() + step + links.length) % links.length].focus();
});
`;

/**
 * A page that shows pictures beside it and asks nothing of the network, nor could: its own policy
 * allows this style, this script and pictures of its folder.
 */
export function galleryPage(title: string, items: readonly GalleryItem[]): string {
  const policy =
    `default-src 'none'; img-src 'self' file:; ` +
    `style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<h1>${escape(title)}</h1>
<ol>
${items.map(listItem).join('\n')}
</ol>
<dialog aria-label="Portrait">
<img alt="">
<p></p>
<form method="dialog">
<button type="button" data-step="-1" aria-label="Previous">←</button>
<button type="button" data-step="1" aria-label="Next">→</button>
<button>Close</button>
</form>
</dialog>
<script>${SCRIPT}</script>
</html>
`;
}

function listItem({ picture, width, height, words }: GalleryItem, index: number): string {
  const alt = escape(words || `Portrait ${index + 1}`);
  const caption = words === '' ? '' : `<p>${escape(words)}</p>`;
  return `<li><a href="${escape(picture)}"><img src="${escape(picture)}" alt="${alt}" width="${width}" height="${height}" loading="lazy">${caption}</a></li>`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
