import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { isSystemError, readError } from '../storage/errors.ts';
import { readRegular } from '../storage/regular-file.ts';

/** Endings of pictures that a data set is made of. */
const PICTURE = /\.(jpe?g|png|webp)$/i;
const MAX_TEXT_BYTES = 1_000_000;

/** A picture of a data set, and what is said of it. */
export interface Captioned {
  readonly file: string;
  readonly captions: readonly string[];
}

/**
 * The pictures of a folder in the order of their names, numbers by size. Captions stand in another folder: of
 * `12.jpg` in `12.txt`, one a line, as in Multi-Modal CelebA-HQ (Xia et al. 2021, "TediGAN").
 *
 * @param most how many; taken evenly over the whole folder, so that order means nothing
 * @throws StudioError `file-not-found`, `access-denied`, `invalid-argument` for a folder without pictures
 */
export async function readDataSet(
  images: string,
  captions: string | undefined,
  most: number,
): Promise<Captioned[]> {
  const names = (await filesIn(images)).filter((name) => PICTURE.test(name)).sort(byNumber);
  if (names.length === 0) {
    throw new StudioError(
      'invalid-argument',
      `${images} holds no JPEG, PNG or WebP pictures. Name the folder that they are in.`,
    );
  }
  return Promise.all(
    spread(names, most).map(async (name) => ({
      file: path.join(images, name),
      captions: captions === undefined ? [] : await captionsOf(name, captions),
    })),
  );
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    throw readError(thrown, folder);
  }
}

const { compare: byNumber } = new Intl.Collator('en', { numeric: true });

function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]).filter(
    (one) => one !== undefined,
  );
}

/** A picture of which nothing is said has no captions. */
async function captionsOf(name: string, folder: string): Promise<string[]> {
  const file = path.join(folder, `${path.parse(name).name}.txt`);
  try {
    return linesOf(await readRegular(file, MAX_TEXT_BYTES));
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return [];
    throw readError(thrown, file);
  }
}

/**
 * The texts of a file, one a line, UTF-8.
 *
 * @throws StudioError `file-not-found`, `access-denied`
 */
export async function readTexts(file: string): Promise<string[]> {
  try {
    return linesOf(await readRegular(file, MAX_TEXT_BYTES));
  } catch (thrown) {
    throw readError(thrown, file);
  }
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
