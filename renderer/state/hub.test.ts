import { describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../electron/contract/errors.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Hub, hubNameIn } from './hub.svelte.ts';

it.each([
  ['somebody/clip', 'somebody/clip'],
  [' https://hub.example/somebody/clip/tree/main ', 'somebody/clip'],
  ['clip', null],
  ['../secrets', null],
])('%j names %j', (typed, name) => {
  expect(hubNameIn(typed)).toBe(name);
});

describe('a CLIP on a hub', () => {
  const offered = { name: 'a/b', revision: 'c0ffee', license: 'mit' };

  it('is shown before it is downloaded, and downloaded as it was shown', async () => {
    const importFromHub = vi.fn(() => Promise.resolve({ kind: 'component' }));
    const service = { hubModel: () => Promise.resolve(offered), importFromHub };
    const hub = new Hub(service as unknown as StudioService);
    await expect(hub.bring()).resolves.toBeNull();
    await hub.look('a/b');
    expect(hub.offered).toBe(offered);
    expect(importFromHub).not.toHaveBeenCalled();
    await hub.bring();
    expect(importFromHub.mock.calls).toMatchObject([[{ name: 'a/b', revision: 'c0ffee' }, {}]]);
    expect(hub.offered).toBeNull();
  });

  it('is still offered when it could not be downloaded', async () => {
    const offline = new StudioError('network-unreachable', 'There is no way to it.');
    const service = {
      hubModel: () => Promise.resolve(offered),
      importFromHub: () => Promise.reject(offline),
    };
    const hub = new Hub(service as unknown as StudioService);
    await hub.look('a/b');
    await hub.bring();
    expect(hub.error?.code).toBe('network-unreachable');
    expect(hub.offered).toBe(offered);
  });
});
