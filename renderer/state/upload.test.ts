import { describe, expect, it, vi } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { withUpload } from './upload.ts';

const upload = { id: 'an upload' };
const pieces = [{ bytes: new Uint8Array([1, 2]) }, { bytes: new Uint8Array([3]), path: 'a/b' }];

function service(methods: Partial<StudioService> = {}) {
  return {
    openUpload: vi.fn(() => Promise.resolve(upload)),
    appendUpload: vi.fn(() => Promise.resolve({})),
    dropUpload: vi.fn(() => Promise.resolve({})),
    ...methods,
  } as unknown as StudioService;
}

const { signal } = new AbortController();

describe('an upload', () => {
  it('is sent piece by piece and then used', async () => {
    const engine = service();
    const used = withUpload(engine, { name: 'film' }, pieces, signal, ({ id }) =>
      Promise.resolve(id),
    );
    expect(await used).toBe(upload.id);
    expect(engine.openUpload).toHaveBeenCalledWith({ name: 'film' }, { signal });
    const sent = pieces.map((piece) => [{ ...upload, ...piece }, { signal }]);
    expect(vi.mocked(engine.appendUpload).mock.calls).toEqual(sent);
    expect(engine.dropUpload).not.toHaveBeenCalled();
  });

  it.each([
    ['sent', { appendUpload: () => Promise.reject(new Error('lost')) }],
    ['read', {}],
    ['used', {}],
  ])('that cannot be %s leaves nothing behind', async (what, methods) => {
    const engine = service(methods);
    function* unreadable() {
      yield pieces[0]!;
      if (what === 'read') throw new Error('lost');
    }
    const use = () => (what === 'used' ? Promise.reject(new Error('lost')) : Promise.resolve());
    await expect(withUpload(engine, { name: 'film' }, unreadable(), signal, use)).rejects.toThrow(
      'lost',
    );
    expect(engine.dropUpload).toHaveBeenCalledWith(upload);
  });
});
