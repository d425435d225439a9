import { readFile } from 'node:fs/promises';
import type { SheetPage } from './sheet-layout.ts';
import { INKS } from './sheet-pdf.ts';
import type { Typeface } from './typeface.ts';

/**
 * A page as SVG of so many dots an inch, with everything in it: letters are outlines.
 *
 * @param pictureOf path of the PNG of a picture, as large as it is shown
 */
export async function sheetSvg(
  { width, height, texts, pictures }: SheetPage,
  pictureOf: (index: number) => string,
  dotsPerInch: number,
  typeface: Typeface,
): Promise<string> {
  const scale = dotsPerInch / 72;
  const whole = (points: number) => Math.round(points * scale);
  const size = `width="${whole(width)}" height="${whole(height)}"`;
  const images: string[] = [];
  for (const picture of pictures) {
    const bytes = await readFile(pictureOf(picture.index));
    // At whole pixels, where nothing is resampled.
    const at = `x="${whole(picture.x)}" y="${whole(picture.y)}"`;
    const sides = `width="${whole(picture.width)}" height="${whole(picture.height)}"`;
    images.push(`<image ${at} ${sides} href="data:image/png;base64,${bytes.toString('base64')}"/>`);
  }
  const letters = texts.map(({ text, x, y, size: points, ink }) => {
    const path = typeface.path(text, points * scale);
    return `<path fill="${INKS[ink]}" transform="translate(${x * scale} ${y * scale})" d="${path}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect ${size} fill="#fff"/>${images.join('')}${letters.join('')}</svg>`;
}
