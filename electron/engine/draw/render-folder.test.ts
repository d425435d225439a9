import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture } from '../../../test/support/portraits.ts';
import type { RenderRequest } from '../../contract/timeline.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { RenderFolders } from './render-folder.ts';

const FILM: RenderRequest = {
  timeline: {
    keys: ['a', 'b'].map((prompt) => ({
      ...{ anchor: { kind: 'prompt', prompt, seed: 1 }, path: 'clip' },
      ...{ easing: 'linear', seconds: 1 },
    })),
    ...{ loop: false, even: false, settings: {} },
  },
  fps: 24,
  output: { format: 'webp', name: 'film' },
};

async function openFilm(library: string) {
  const renders = new RenderFolders(library, sharpCodec);
  const order = { pack: { id: 'tiny', version: '1.0.0' }, request: FILM };
  const film = await renders.open(order, async () => [{ segment: 0, position: 0 }]);
  return { renders, film, folder: path.join(library, 'renders', film.id) };
}

it('is told as locked while a process draws it, and by nothing that one left behind', async () => {
  const { renders, film, folder } = await openFilm(await temporaryFolder());
  await mkdir(path.join(folder, '.clip-flow-0123456789ab'));
  await writeFile(path.join(folder, '.clip-flow-0123456789ab', 'draft.png'), 'half');
  expect(await renders.isLocked(film.id)).toBe(false);
  const hold = film.hold();
  expect(await renders.isLocked(film.id)).toBe(true);
  await film.write(0, samplePicture(1));
  expect(await film.drawn()).toEqual(new Set([0]));
  await hold.remove();
  expect(await renders.isLocked(film.id)).toBe(false);
  expect(await readdir(folder)).toEqual(['000001.png', 'render.json']);
});

it('clears away rests, and never what a link leads to', async () => {
  const library = await temporaryFolder();
  const elsewhere = await temporaryFolder();
  const precious = path.join(elsewhere, 'precious');
  await writeFile(precious, '');
  const { film, folder, renders } = await openFilm(library);
  await writeFile(path.join(folder, '000007.png'), 'half');
  await symlink(precious, path.join(folder, '000008.png'));
  await symlink(elsewhere, path.join(folder, 'link'));
  await symlink(elsewhere, path.join(library, 'renders', 'f'.repeat(32)));
  expect(await film.drawn()).toEqual(new Set());
  expect(await readdir(folder)).toEqual(['render.json']);
  await renders.drop('f'.repeat(32));
  expect(await readdir(path.join(library, 'renders'))).toEqual([film.id]);
  expect(await readdir(elsewhere)).toEqual(['precious']);
});

it('empties no folder that a link leads to', async () => {
  const { film, folder, renders } = await openFilm(await temporaryFolder());
  const elsewhere = await temporaryFolder();
  await writeFile(path.join(elsewhere, 'precious'), '');
  await renders.drop(film.id);
  await symlink(elsewhere, folder);
  expect(await film.drawn()).toEqual(new Set());
  expect(await readdir(elsewhere)).toEqual(['precious']);
});
