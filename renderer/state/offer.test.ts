import { expect, it, vi } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { Offer } from './offer.svelte.ts';

const packOf = (id: string, styles: PackInfo['styles']) =>
  ({ id, version: '1.0.0', folder: id, styles }) as PackInfo;

it('is read once for a pack, anew for another, and again where it failed', async () => {
  let asked = 0;
  let fails = false;
  const service = {
    vocabulary: async () => {
      asked += 1;
      if (fails) throw new Error('gone');
      return { phrases: [`phrase ${asked}`] };
    },
    styleSamples: async () => [{ id: 'ink', title: 'Ink', bytes: new Uint8Array([1]) }],
  } as unknown as StudioService;
  const revoked = vi.spyOn(URL, 'revokeObjectURL');
  const offer = new Offer(service);
  const inked = packOf('one', [{ id: 'ink', title: 'Ink', words: 'ink' }]);
  await offer.read(inked);
  await offer.read(inked);
  expect([asked, offer.vocabulary, Object.keys(offer.pictures)]).toEqual([
    1,
    ['phrase 1'],
    ['ink'],
  ]);
  fails = true;
  await expect(offer.read(packOf('two', []))).rejects.toThrow('gone');
  expect([offer.vocabulary, Object.keys(offer.pictures), revoked.mock.calls.length]).toEqual([
    [],
    [],
    1,
  ]);
  fails = false;
  await offer.read(packOf('two', []));
  expect(offer.vocabulary).toEqual(['phrase 3']);
});
