/** Looking after a library by the service, while the studio runs. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toStudioError } from '../../electron/contract/errors.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { Destination, PortraitSelection } from '../../electron/contract/delivery.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { findLocations } from '../../electron/engine/locations.ts';
import { openStudio, type Studio } from '../../electron/engine/studio.ts';
import { draw, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

const into = (folder: string) => ({ kind: 'folder' as const, folder });

async function download({ service }: Studio, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; ;) {
    const piece = await service.readDownload({ id, offset });
    if (piece.length === 0) return new Uint8Array(Buffer.concat(pieces));
    pieces.push(piece);
    offset += piece.length;
  }
}

describe('a backup', () => {
  it('is downloaded as an archive, and merged back in from an upload', async () => {
    const studio = await openTestStudio();
    const { service } = studio;
    const ids = await draw(studio, words('a smile'), 2);
    await service.rate({ ids: [ids[0]!], rating: 3 });
    const backup = await service.backupLibrary({ destination: { kind: 'download' } });
    if (backup.kind !== 'download') throw new TypeError('It was to be a download.');
    expect(backup.name).toMatch(/^library .*\.zip$/);
    const bytes = await download(studio, backup.id);
    await rm(studio.library.reader.picturePath(ids[1]!));
    await service.trash({ ids: [ids[0]!] });
    await service.purge({ ids: [ids[0]!] });
    const found = await service.verifyLibrary({});
    expect(found).toMatchObject({ portraits: 1, remedies: ['merge'] });
    const upload = await service.openUpload({ name: backup.name });
    await service.appendUpload({ ...upload, bytes });
    const events: ProgressEvent[] = [];
    const merged = await service.mergeLibrary(
      { source: { kind: 'upload', ...upload } },
      { onEvent: (event) => void events.push(event) },
    );
    expect(merged).toEqual({ added: 1, doubles: 1, mended: 1, boards: 0, missed: [] });
    expect(events).toContainEqual(expect.objectContaining({ task: 'merge', done: 2, total: 2 }));
    expect(await service.get({ id: ids[0]! })).toMatchObject({ rating: 3 });
    expect(await service.verifyLibrary({})).toMatchObject({ portraits: 2, problems: [] });
    await expect(service.dropUpload(upload)).resolves.toEqual({});
  });

  it('goes to a folder, from which it is merged in', async () => {
    const studio = await openTestStudio();
    await draw(studio, words('a smile'), 1);
    const folder = await temporaryFolder();
    const backup = await studio.service.backupLibrary({ destination: into(folder) });
    const [file = ''] = backup.kind === 'files' ? backup.files : [];
    const other = await openTestStudio();
    const source = into(file);
    expect(await other.service.mergeLibrary({ source })).toMatchObject({ added: 1 });
    const nowhere = into(path.join(folder, 'nowhere'));
    await expect(other.service.mergeLibrary({ source: nowhere })).rejects.toMatchObject({
      code: 'file-not-found',
    });
    const zip = await studio.service.backupLibrary({ destination: into(folder), zip: true });
    expect(zip).toMatchObject({ files: [expect.stringMatching(/\.zip$/)] });
  });
});

describe('moving a library while it is used', () => {
  it('goes on with it there, and tells what broke off', async () => {
    const studio = await openTestStudio();
    const { service } = studio;
    const ids = await draw(studio, words('a smile'), 2);
    const picture = await service.picture({ id: ids[0]! });
    const watching = service.watch({}).catch((thrown: unknown) => toStudioError(thrown).code);
    const folder = await temporaryFolder();
    const from = studio.library.root;
    const moving = service.moveLibrary({ destination: into(folder) });
    // Asked for before it is there, and answered by whoever has it then.
    const asked = service.list({ limit: 9 });
    const second = service.moveLibrary({ destination: into(folder) });
    await expect(second).rejects.toMatchObject({ code: 'library-busy' });
    const moved = await moving;
    const to = path.join(folder, 'CLIP-Flow library');
    expect(moved).toEqual({ folder: to, portraits: 2, cleared: true, remembered: false });
    expect((await asked).items).toHaveLength(2);
    expect(await watching).toBe('disconnected');
    await expect(stat(path.join(from, 'library.db'))).rejects.toThrow('ENOENT');
    expect((await service.status({})).library).toMatchObject({ folder: to, portraits: 2 });
    expect(await service.picture({ id: ids[0]! })).toEqual(picture);
    await draw(studio, words('a frown'), 1);
    expect(await service.verifyLibrary({})).toMatchObject({ portraits: 3, problems: [] });
  });

  it('leaves it where it is when that is no place for it, or by a cancel', async () => {
    const studio = await openTestStudio();
    const { service } = studio;
    await draw(studio, words('a smile'), 1);
    const inside = into(path.join(studio.library.root, 'pictures'));
    await expect(service.moveLibrary({ destination: inside })).rejects.toMatchObject({
      code: 'path-unusable',
    });
    const abort = new AbortController();
    const folder = await temporaryFolder();
    const options = { signal: abort.signal, onEvent: () => abort.abort() };
    await expect(service.moveLibrary({ destination: into(folder) }, options)).rejects.toMatchObject(
      { code: 'cancelled' },
    );
    expect((await service.status({})).library.folder).toBe(studio.library.root);
    expect(await service.count({})).toEqual({ count: 1 });
    // What came before is gone on from.
    const moved = await service.moveLibrary({ destination: into(folder) });
    expect(await readdir(folder)).toEqual([path.basename(moved.folder)]);
  });

  it('is remembered for the library that the studio opens by itself', async () => {
    vi.stubEnv('XDG_DATA_HOME', await temporaryFolder());
    vi.stubEnv('CLIP_FLOW_LIBRARY', undefined);
    try {
      const { library, isMoved } = findLocations('/bundled');
      // Elsewhere than on Linux the system's own folder is meant, which is not for tests.
      if (!library.startsWith(process.env['XDG_DATA_HOME'] ?? '/')) return;
      expect(isMoved).toBe(false);
      const studio = await openTestStudio({ library });
      await draw(studio, words('a smile'), 1);
      const folder = await temporaryFolder();
      const moved = await studio.service.moveLibrary({ destination: into(folder) });
      expect(moved.remembered).toBe(true);
      expect(findLocations('/bundled')).toMatchObject({ library: moved.folder, isMoved: true });
      await studio.close();
      await rm(moved.folder, { recursive: true });
      const { packRoots, ...places } = findLocations(path.dirname(TINY_PACK));
      const opening = openStudio({ ...places, packRoots, codec: sharpCodec });
      await expect(opening).rejects.toMatchObject({ code: 'file-not-found' });
      await expect(stat(moved.folder)).rejects.toThrow('ENOENT');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

it('a board, a search or what is like a portrait is exported without naming its portraits', async () => {
  const studio = await openTestStudio();
  const { service } = studio;
  const ids = [
    ...(await draw(studio, words('a smile'), 2)),
    ...(await draw(studio, words('a frown'), 1)),
  ];
  const { board } = await service.createBoard({ name: 'Client' });
  await service.addToBoard({ board: board.id, ids: [ids[2]!, ids[0]!] });
  const rowsOf = async (portraits: PortraitSelection) => {
    const destination: Destination = into(await temporaryFolder());
    const delivery = await service.exportPortraits({
      ...{ portraits, name: 'rows', destination },
      as: { kind: 'table', format: 'csv', ifExists: 'rename' },
    });
    const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
    const lines = (await readFile(file, 'utf8')).trim().split('\r\n').slice(1);
    return lines.map((line) => line.split(',')[0]);
  };
  expect(await rowsOf({ by: 'list', board: board.id, sort: 'board' })).toEqual([ids[2], ids[0]]);
  expect(await rowsOf({ by: 'list', query: 'frown' })).toEqual([ids[2]]);
  const like = await service.similar({ id: ids[0]!, limit: 9 });
  expect(await rowsOf({ by: 'portrait', id: ids[0]!, limit: 9 })).toEqual(
    like.map(({ generation }) => generation.id),
  );
  const best = await rowsOf({ by: 'words', words: 'frown', limit: 2 });
  expect(best).toHaveLength(2);
  expect(best[0]).toBe(ids[2]);
  await expect(rowsOf({ by: 'list', query: 'nothing' })).rejects.toMatchObject({
    code: 'not-found',
  });
});
