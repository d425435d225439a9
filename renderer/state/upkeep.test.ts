import { describe, expect, it, vi } from 'vitest';
import { cancelled, StudioError } from '../../electron/contract/errors.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { Host } from '../host/host.ts';
import { Upkeep } from './upkeep.svelte.ts';

const merged = { added: 1, doubles: 0, mended: 0, boards: 0, missed: [] };

/** A host of which only the given parts are there. */
function hostOf(service: Partial<StudioService>, parts: Partial<Host> = {}) {
  return { service: service as StudioService, ...parts } as Host;
}

describe('work on the whole library', () => {
  it('says how far it is, and what came of it, until that is read', async () => {
    const verifyLibrary: StudioService['verifyLibrary'] = async (_, { onEvent } = {}) => {
      const [task, total] = ['verify-library' as const, 8];
      onEvent?.({ kind: 'started', task, total });
      onEvent?.({ kind: 'advanced', task, total, done: 2, remainingMs: 600 });
      expect(upkeep.run).toMatchObject({ kind: 'verify', done: 2, total: 8, remainingMs: 600 });
      expect(upkeep.percent).toBe(25);
      onEvent?.({ kind: 'finished', task, elapsedMs: 800 });
      expect(upkeep.percent).toBeNull();
      return { portraits: 8, bytes: 9, problems: [], remedies: [] };
    };
    const upkeep = new Upkeep(hostOf({ verifyLibrary }));
    await upkeep.verify();
    expect(upkeep.run).toBeNull();
    expect(upkeep.result).toMatchObject({ kind: 'verify', portraits: 8 });
    upkeep.forget();
    expect(upkeep.result).toBeNull();
  });

  it('ends where the artist stops it, with what was begun', async () => {
    const rebuildLibrary: StudioService['rebuildLibrary'] = (_, { signal, onEvent } = {}) => {
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(cancelled()));
        onEvent?.({ kind: 'started', task: 'rebuild', total: 2 });
        upkeep.cancel();
      });
    };
    const upkeep = new Upkeep(hostOf({ rebuildLibrary }));
    await upkeep.rebuild();
    expect(upkeep.error).toBeNull();
    expect(upkeep.result).toEqual({ kind: 'broken-off', what: 'rebuild' });
  });

  it('asks the host for folders, and does nothing where none is chosen', async () => {
    const moveLibrary = vi.fn<StudioService['moveLibrary']>(() =>
      Promise.reject(new StudioError('file-exists', 'It is there.')),
    );
    const mergeLibrary = vi.fn<StudioService['mergeLibrary']>(() => Promise.resolve(merged));
    const chooseFolder = vi.fn(() => Promise.resolve<string | null>(null));
    const upkeep = new Upkeep(hostOf({ moveLibrary, mergeLibrary }, { chooseFolder }));
    await upkeep.move();
    expect([upkeep.result, moveLibrary.mock.calls]).toEqual([null, []]);
    chooseFolder.mockResolvedValue('/disk');
    await upkeep.move();
    const folder = { kind: 'folder', folder: '/disk' };
    expect(moveLibrary.mock.calls[0]?.[0]).toEqual({ destination: folder });
    expect(upkeep.error?.code).toBe('file-exists');
    expect(upkeep.result).toEqual({ kind: 'broken-off', what: 'move' });
    await upkeep.mergeFolder();
    expect(mergeLibrary.mock.calls[0]?.[0]).toEqual({ source: folder });
    expect(upkeep.result).toEqual({ kind: 'merge', ...merged });
  });

  it('sends the archive of a backup piece by piece', async () => {
    const sizes: number[] = [];
    const upkeep: Upkeep = new Upkeep(
      hostOf({
        openUpload: async () => ({ id: 'upload' }),
        appendUpload: async ({ bytes }) => {
          expect(upkeep.run).toMatchObject({ kind: 'merge', total: 5 << 20 });
          sizes.push(bytes.length);
          return {};
        },
        mergeLibrary: async ({ source }) => {
          expect(source).toEqual({ kind: 'upload', id: 'upload' });
          return merged;
        },
      }),
    );
    await upkeep.mergeArchive(new File([new Uint8Array(5 << 20)], 'library.zip'));
    expect(sizes).toEqual([4 << 20, 1 << 20]);
    expect(upkeep.result).toMatchObject({ kind: 'merge', added: 1 });
  });
});
