import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHome } from '../../engine/locations.ts';

/** What pictures are called, whether or not the studio reads them; films and drawings among them. */
const PICTURE_NAME =
  /\S\.(a?png|jpe?g|jfif|jxl|jp2|webp|gif|avif|hei[cf]|tiff?|bmp|dib|ico|svgz?|ps[db]|xcf|tga|exr|hdr|qoi|p[bgnp]m|raw|dng|cr[23]|nef|arw|orf|rw2|raf|pef|srw|pdf|eps|mp4|m4v|mov|avi|mkv|webm|mpe?g)(\[[^\]]*\])?$/i;

/** Where paths begin that no words begin with. */
const PATH_START = /^(~[\\/]|\.{1,2}[\\/]|[a-z]:[\\/]|\\\\|file:\/\/|\/\S+$)/i;

/** A folder, and in it a name with an extension. */
const FILE_BELOW = /[\\/][^\\/]*[^\\/.\s]\.[a-z][a-z0-9]{1,4}$/i;

/** Whether a file is called as pictures are, or films. */
export function isPictureName(name: string): boolean {
  return PICTURE_NAME.test(name);
}

/** Whether an argument means a file, be it there or not: then it is never taken for words. */
export function looksLikePath(argument: string): boolean {
  const text = argument.trim();
  return isPictureName(text) || PATH_START.test(text) || FILE_BELOW.test(text);
}

/** The path that an argument means, or null where it is words. A file that is there is one whatever it is called. */
export function picturePath(argument: string): string | null {
  if (looksLikePath(argument)) return pathOf(argument.trim());
  // A folder that is called as somebody is described is no picture.
  return statSync(argument, { throwIfNoEntry: false })?.isFile() ? argument : null;
}

/** A path as it is typed: with `~` for the home folder, or as a `file://` address. */
export function pathOf(argument: string): string {
  if (!/^file:\/\//i.test(argument)) return fromHome(argument);
  try {
    return fileURLToPath(argument);
  } catch {
    // Of another machine, or not well written: looked for as it stands, it is not found.
    return argument;
  }
}
