import { expect, it } from 'vitest';
import { stubPortrait } from '../../test/contract/stub-studio.ts';
import { Keeping } from './keeping.svelte.ts';

it('keeps one portrait at a time, and the next also after one that failed', async () => {
  let answer: (fails?: Error) => void = () => undefined;
  const keeping = new Keeping(
    () =>
      new Promise((resolve, reject) => {
        answer = (fails) => (fails ? reject(fails) : resolve(stubPortrait(1)));
      }),
  );
  const first = keeping.keep();
  expect(keeping.isBusy).toBe(true);
  await expect(keeping.keep()).resolves.toBeNull();
  answer(new Error('no room'));
  await expect(first).rejects.toThrow('no room');
  expect(keeping.isBusy).toBe(false);
  const second = keeping.keep();
  answer();
  await expect(second).resolves.toEqual(stubPortrait(1));
});
