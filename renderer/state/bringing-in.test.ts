import { describe, expect, it, vi } from 'vitest';
import { nothingBrought } from '../../electron/contract/bring-in.ts';
import { cancelled } from '../../electron/contract/errors.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { BringingIn } from './bringing-in.svelte.ts';
import type { PictureFile } from './picture-files.ts';

const offered = (count: number): PictureFile[] =>
  Array.from({ length: count }, (_, n) => {
    return { file: new File([`${n}`], `${n}.png`), path: `folder/${n}.png` };
  });

/** An engine that takes in what it is sent, picture by picture. */
function engine(bringIn?: StudioService['bringIn']) {
  let paths: string[] = [];
  const service = {
    openUpload: vi.fn(async () => {
      paths = [];
      return { id: 'upload' };
    }),
    appendUpload: vi.fn(async ({ path = '' }: { path?: string }) => (paths.push(path), {})),
    dropUpload: vi.fn(async () => ({})),
    bringIn: vi.fn<StudioService['bringIn']>(
      bringIn ??
        (async (_, { onEvent } = {}) => {
          for (const [index, name] of paths.entries()) {
            onEvent?.({ kind: 'brought', picture: { outcome: 'plain', name, id: `id ${name}` } });
            const [done, total] = [index + 1, paths.length];
            onEvent?.({ kind: 'advanced', task: 'import', done, total, remainingMs: null });
          }
          return nothingBrought();
        }),
    ),
  };
  return service as typeof service & StudioService;
}

describe('bringing pictures in', () => {
  it('sends lot after lot, and adds up what came', async () => {
    const service = engine();
    const bringing = new BringingIn(service);
    bringing.offer(offered(150));
    await bringing.start();
    expect(service.bringIn).toHaveBeenCalledTimes(2);
    expect(bringing.result).toMatchObject({ plain: 150, unreadable: [] });
    expect(bringing.result?.ids).toHaveLength(150);
    expect([bringing.isWhole, bringing.offered, bringing.run]).toEqual([true, [], null]);
  });

  it.each([
    [' Series ', { boardNamed: 'Series' }],
    [' ', {}],
  ])('onto the board called %j', async (name, wishes) => {
    const service = engine();
    const bringing = new BringingIn(service);
    bringing.offer(offered(1));
    bringing.board = name;
    await bringing.start();
    expect(service.bringIn.mock.calls[0]?.[0]).toEqual({ id: 'upload', ...wishes });
  });

  it('that is stopped says what came, and keeps what was offered', async () => {
    const service = engine(async (_, { onEvent } = {}) => {
      onEvent?.({ kind: 'brought', picture: { outcome: 'here', name: '0/0.png', id: 'id' } });
      throw cancelled();
    });
    const bringing = new BringingIn(service);
    bringing.offer(offered(2));
    await bringing.start();
    expect(bringing.result).toMatchObject({ here: 1, ids: [] });
    expect([bringing.isWhole, bringing.error, bringing.offered.length]).toEqual([false, null, 2]);
    expect(service.dropUpload).toHaveBeenCalled();
  });

  it('tells of what cannot be read by the name that the artist knows', async () => {
    const error = { code: 'picture-unreadable' as const, message: 'no' };
    const service = engine(async (_, { onEvent } = {}) => {
      onEvent?.({ kind: 'brought', picture: { outcome: 'unreadable', name: '1/1.png', error } });
      return { ...nothingBrought(), passedOver: 3 };
    });
    const bringing = new BringingIn(service);
    bringing.offer(offered(2));
    await bringing.start();
    expect(bringing.result).toMatchObject({
      ...{ passedOver: 3, unreadable: [{ name: 'folder/1.png', error }] },
    });
  });
});
