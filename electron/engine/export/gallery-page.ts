import { createHash } from 'node:crypto';
import { count } from '../../contract/count.ts';
import { GALLERY_SCRIPT } from './gallery-script.ts';
import { galleryStyle } from './gallery-style.ts';

/** A file beside the page, by its relative path with forward slashes. */
interface GalleryFile {
  readonly file: string;
  /** In pixels. */
  readonly width: number;
}

export interface GalleryItem {
  readonly picture: GalleryFile & { readonly height: number };
  /** Smaller ones of the same picture. */
  readonly previews: readonly GalleryFile[];
  /** Empty where there are no words, or none are to be shown. */
  readonly words: string;
}

export interface GalleryPage {
  readonly title: string;
  readonly introduction: string;
  readonly items: readonly GalleryItem[];
  /** Whether every picture is offered as a file. */
  readonly downloads: boolean;
  /** Under which the pictures may be used; empty for nothing. */
  readonly licenses: readonly string[];
}

/** How wide the grid shows a picture at most, for the choice among its sizes. */
const SIZES = '(max-width: 40rem) 46vw, 24rem';

const ICONS = {
  theme: '<circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 0 0-16z" fill="currentColor"/>',
  whole: '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
  download: '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  previous: '<path d="m15 5-7 7 7 7"/>',
  next: '<path d="m9 5 7 7-7 7"/>',
};

/**
 * A page that shows pictures beside it and asks nothing of the network, nor could: its own policy
 * allows this style, this script and pictures of its folder.
 */
export function galleryPage(page: GalleryPage): string {
  const { title, items, downloads } = page;
  const style = galleryStyle();
  const policy =
    `default-src 'none'; img-src 'self' file:; ` +
    `font-src data:; style-src ${hashOf(style)}; script-src ${hashOf(GALLERY_SCRIPT)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<div class="bar"><span>${count(items.length, 'portrait')}</span>
<button class="tool" type="button" data-light hidden aria-label="Light or dark">${icon('theme')}</button></div>
<h1 dir="auto">${escape(title)}</h1>
${introductionOf(page)}</header>
<main>
<ol>
${items.map(listItem).join('\n')}
</ol>
</main>
${footerOf(page)}<dialog aria-label="Portrait">
<div class="stage">
<div class="top"><output aria-live="polite"></output>
${downloads ? `<a class="tool" download aria-label="Download" href="#">${icon('download')}</a>\n` : ''}<button class="tool" type="button" data-whole aria-label="Full screen" aria-pressed="false">${icon('whole')}</button>
<button class="tool" type="button" data-close aria-label="Close">${icon('close')}</button></div>
<button class="tool step previous" type="button" data-step="-1" aria-label="Previous">${icon('previous')}</button>
<div class="view"><img alt=""></div>
<button class="tool step next" type="button" data-step="1" aria-label="Next" autofocus>${icon('next')}</button>
<p dir="auto"></p>
</div>
</dialog>
<script>${GALLERY_SCRIPT}</script>
</body>
</html>
`;
}

function introductionOf({ introduction }: GalleryPage): string {
  const paragraphs = introduction.split(/\n\s*\n/).filter((text) => text.trim() !== '');
  if (paragraphs.length === 0) return '';
  const told = paragraphs.map((text) => `<p dir="auto">${escape(text.trim())}</p>`);
  return `<div class="introduction">${told.join('\n')}</div>\n`;
}

function footerOf({ licenses }: GalleryPage): string {
  if (licenses.length === 0) return '';
  return `<footer><p>Licence of the pictures: ${licenses.map(escape).join('; ')}</p></footer>\n`;
}

function listItem({ picture, previews, words }: GalleryItem, index: number): string {
  const alt = escape(words || `Portrait ${index + 1}`);
  const files = [...previews, picture];
  const [smallest = picture] = files;
  const choice =
    previews.length > 0
      ? ` srcset="${files.map(({ file, width }) => `${escape(file)} ${width}w`).join(', ')}" sizes="${SIZES}"`
      : '';
  const size = `width="${picture.width}" height="${picture.height}"`;
  const image = `<img src="${escape(smallest.file)}"${choice} alt="${alt}" ${size} loading="lazy" decoding="async">`;
  // What the picture shows is told by its alternative text already.
  const caption =
    words && `<span class="words" dir="auto" aria-hidden="true">${escape(words)}</span>`;
  return `<li><a href="${escape(picture.file)}"><span class="frame">${image}</span>${caption}</a></li>`;
}

function icon(name: keyof typeof ICONS): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;
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
