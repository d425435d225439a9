import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { StudioError } from '../contract/errors.ts';
import type { Methods } from '../contract/method.ts';
import { studioMethods, type StudioService } from '../contract/service.ts';
import { overMessagePort } from '../../test/contract/ports.ts';
import { createClient } from './client.ts';
import { confineToPage, MAX_RUNNING, servePage } from './page.ts';
import { PageUploads } from './page-uploads.ts';

/** Every method of a studio, and how often each was reached. */
function spies() {
  const entries = Object.keys(studioMethods).map((name) => [
    name,
    vi.fn(() => Promise.resolve({})),
  ]);
  return Object.fromEntries(entries) as Record<string, ReturnType<typeof vi.fn>>;
}

describe('what a page may reach', () => {
  /** Names in an input that could be a place on the machine. */
  const PLACES = /folder|file|path|director|url|source$/i;

  it('is no folder or file of its own choosing, but by a destination', () => {
    const named = Object.entries<Methods[string]>(studioMethods).flatMap(
      ([name, { input, reach }]) =>
        namesIn(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }))
          // `path` is the kind of a path between portraits, or a place within what is uploaded.
          .filter((part) => PLACES.test(part) && part !== 'path')
          .filter((part) => reach === 'studio' || !['folder', 'file', 'source'].includes(part))
          .map((part) => `${name}: ${part}`),
    );
    expect(named).toEqual([]);
  });

  it('names every method that has a destination or a source, and those only', () => {
    for (const [name, { input, reach }] of Object.entries<Methods[string]>(studioMethods)) {
      const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
      const [place = 'studio'] = Object.keys(schema.properties ?? {}).filter((field) => {
        return field === 'destination' || field === 'source';
      });
      expect([name, reach]).toEqual([name, place]);
    }
  });

  const exports = Object.entries<Methods[string]>(studioMethods)
    .filter(([, { reach }]) => reach !== 'studio')
    .map(([name, { reach }]) => [name, reach] as const);

  it.each(exports)('is a folder that the host vouches for alone: %s', async (name, place) => {
    const studio = spies();
    const page = confineToPage(studio as never, (folder) => folder === '/chosen') as never;
    const ask = async (named: object) =>
      Reflect.apply(Reflect.get(page, name), undefined, [{ [place]: named }]);
    for (const folder of [
      '/',
      '/chosen/below',
      '/chosen/..',
      '//server/share',
      '\\\\server\\x',
      '.',
    ]) {
      await expect(ask({ kind: 'folder', folder })).rejects.toMatchObject({
        code: 'access-denied',
      });
    }
    expect(studio[name]).not.toHaveBeenCalled();
    await ask({ kind: 'folder', folder: '/chosen' });
    await ask({ kind: 'folder', folder: '/other/../chosen' });
    await ask({ kind: 'download' });
    expect(studio[name]).toHaveBeenCalledTimes(3);
  });

  it('is nothing of a reach that is not known, and nothing that the contract does not name', async () => {
    const studio = { ...spies(), formatDisk: vi.fn() };
    const count = studioMethods.count as { reach: string };
    const page = vi.fn(() => confineToPage(studio as never, () => true));
    try {
      count.reach = 'machine';
      await expect(page().count({})).rejects.toMatchObject({ code: 'access-denied' });
    } finally {
      count.reach = 'studio';
    }
    expect(Reflect.get(studio, 'count')).not.toHaveBeenCalled();
    expect(page()).not.toHaveProperty('formatDisk');
  });
});

/** The names of everything in an object that a JSON schema describes. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const properties = Reflect.get(schema, 'properties') ?? {};
  return [...Object.keys(properties), ...Object.values(schema).flatMap(namesIn)];
}

describe('a page that asks', () => {
  function connect(methods: Partial<StudioService>) {
    const { port1, port2 } = new MessageChannel();
    servePage(methods as StudioService, overMessagePort(port1), () => false);
    return { port2, client: createClient(studioMethods, overMessagePort(port2)) };
  }

  it('is answered so many calls at once, and refused those that are too many', async () => {
    const release = Promise.withResolvers<{ count: number }>();
    const { client, port2 } = connect({ count: () => release.promise });
    const calls = Array.from({ length: MAX_RUNNING + 1 }, () => client.count({}));
    await expect(calls.at(-1)).rejects.toMatchObject({ code: 'too-many-requests' });
    release.resolve({ count: 1 });
    await expect(Promise.all(calls.slice(0, -1))).resolves.toHaveLength(MAX_RUNNING);
    await expect(client.count({})).resolves.toEqual({ count: 1 });
    port2.close();
  });

  it('has what it sent in pieces dropped when it goes', async () => {
    const id = '5f0c1f0e-4d3c-4b6a-9a58-0d1d7a2f9c11';
    const dropUpload = vi.fn(async () => ({}));
    const { client, port2 } = connect({ openUpload: async () => ({ id }), dropUpload });
    await client.openUpload({ name: 'a.zip' });
    port2.close();
    await vi.waitFor(() => expect(dropUpload).toHaveBeenCalledWith({ id }));
  });
});

describe('the uploads of a page', () => {
  function studioOf(methods: Partial<StudioService> = {}) {
    let opened = 0;
    return {
      openUpload: vi.fn(async () => ({ id: `${(opened += 1)}` })),
      appendUpload: vi.fn(async () => ({})),
      dropUpload: vi.fn(async () => ({})),
      importPack: vi.fn(async () => ({})),
      exportFilm: vi.fn(async () => ({})),
      ...methods,
    };
  }
  const pageOf = (studio: object) => new PageUploads(studio as StudioService);
  const gone = { code: 'not-found' };

  it('are its own', async () => {
    const studio = studioOf();
    const [mine, other] = [pageOf(studio), pageOf(studio)];
    const { id } = await mine.methods.openUpload({ name: 'a.zip' });
    const bytes = Uint8Array.of(1);
    await mine.methods.appendUpload({ id, bytes });
    await expect(other.methods.appendUpload({ id, bytes })).rejects.toMatchObject(gone);
    await expect(other.methods.importPack({ id })).rejects.toMatchObject(gone);
    await other.methods.dropUpload({ id });
    expect(studio.dropUpload).not.toHaveBeenCalled();
    await mine.methods.importPack({ id });
    await expect(mine.methods.importPack({ id })).rejects.toMatchObject(gone);
  });

  it('are few at once', async () => {
    const { methods } = pageOf(studioOf());
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => methods.openUpload({ name: 'a' })),
    );
    await expect(methods.openUpload({ name: 'a' })).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    await methods.dropUpload(opened[0]!);
    await expect(methods.openUpload({ name: 'a' })).resolves.toHaveProperty('id');
  });

  it('end with its connection, those too that are just being opened', async () => {
    const opening = Promise.withResolvers<{ id: string }>();
    const openUpload = vi
      .fn()
      .mockResolvedValueOnce({ id: 'first' })
      .mockReturnValueOnce(opening.promise);
    const dropUpload = vi.fn(() => Promise.reject(new StudioError('disconnected', 'gone')));
    const page = pageOf(studioOf({ openUpload, dropUpload }));
    await page.methods.openUpload({ name: 'a' });
    const late = page.methods.openUpload({ name: 'b' });
    page.end();
    expect(dropUpload.mock.calls).toEqual([[{ id: 'first' }]]);
    opening.resolve({ id: 'late' });
    await late;
    expect(dropUpload.mock.calls).toEqual([[{ id: 'first' }], [{ id: 'late' }]]);
  });
});
