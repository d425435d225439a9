/** Draws a portrait with its avatar style, as RGB pixels. */
import * as adventurer from '@dicebear/adventurer';
import * as avataaars from '@dicebear/avataaars';
import { createAvatar } from '@dicebear/core';
import * as lorelei from '@dicebear/lorelei';
import * as micah from '@dicebear/micah';
import * as personas from '@dicebear/personas';
import * as toonHead from '@dicebear/toon-head';
import { Resvg } from '@resvg/resvg-js';

import type { Rgb } from './palettes.ts';
import { drawnOptions, styleOf } from './sample.ts';
import type { Portrait } from './sample.ts';

const hex = ([r, g, b]: Rgb): string =>
  [r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('');

/** The style's options that draw exactly this portrait and nothing by chance. */
function styleOptions(portrait: Portrait): Record<string, unknown> {
  const options: Record<string, unknown> = {
    seed: 'fixed',
    backgroundColor: [hex(portrait.colours.background)],
  };
  for (const [group, { id }] of Object.entries(drawnOptions(portrait))) {
    options[`${group}Probability`] = id === null ? 0 : 100;
    if (id !== null) options[group] = [id];
  }
  for (const [name, place] of Object.entries(styleOf(portrait).paints)) {
    options[name] = [hex(portrait.colours[place])];
  }
  return options;
}

/** The portrait as an SVG document. */
export function portraitSvg(portrait: Portrait): string {
  // resvg knows a mask's type as an attribute alone. Without, dark shapes that let through, as mouths do, hide.
  return avatar(portrait).replaceAll('style="mask-type:alpha"', 'mask-type="alpha"');
}

function avatar(portrait: Portrait): string {
  const options = styleOptions(portrait);
  switch (portrait.style) {
    case 'micah':
      return createAvatar(micah, options).toString();
    case 'personas':
      return createAvatar(personas, options).toString();
    case 'toon-head':
      return createAvatar(toonHead, options).toString();
    case 'avataaars':
      return createAvatar(avataaars, options).toString();
    case 'lorelei':
      return createAvatar(lorelei, options).toString();
    case 'adventurer':
      return createAvatar(adventurer, options).toString();
  }
}

/** The portrait as `size`×`size` RGB bytes, rows from the top. */
export function renderPortrait(portrait: Portrait, size: number): Uint8Array {
  const image = new Resvg(portraitSvg(portrait), {
    fitTo: { mode: 'width', value: size },
    font: { loadSystemFonts: false },
  }).render();
  const rgba = image.pixels;
  const rgb = new Uint8Array(size * size * 3);
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    rgb.set(rgba.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  }
  return rgb;
}
