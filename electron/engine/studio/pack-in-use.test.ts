import { afterAll, expect, it } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { PackInUse } from './pack-in-use.ts';

it('tells how far loading is to all who wait for it, not only to whoever began it', async () => {
  const packs = new PackInUse({
    inference: startInference({ device: 'cpu' }, afterAll),
    roots: [TINY_PACK],
    wanted: TINY_PACK,
    onChange: () => undefined,
  });
  const begun = packs.models();
  const heard: ProgressEvent[] = [];
  expect(await packs.models((event) => heard.push(event))).toBe(await begun);
  expect(heard.length).toBeGreaterThan(0);
  const told = heard.length;
  await packs.models((event) => heard.push(event));
  expect(heard).toHaveLength(told);
});
