import { expect, it } from 'vitest';
import { StudioError } from './errors.ts';
import { shortened } from './shortened.ts';

const MOST = 2_000;

it.each(['n', '"', '" ', "'", '🙂', 'a "b" c '])('a message stays short, of many %j', (piece) => {
  const hostile = piece.repeat(20_000);
  for (const message of [`There is no "${hostile}". Look.`, `There is no ${hostile}. Look.`]) {
    const { message: told } = new StudioError('not-found', message);
    expect(told.length).toBeLessThanOrEqual(MOST);
    expect(told.isWellFormed()).toBe(true);
    expect(told).toMatch(/^There is no .*\. Look\.$/);
    expect(new StudioError('not-found', told).message).toBe(told);
  }
});

it('what is short enough is told as it is', () => {
  const long = 'and '.repeat(40);
  for (const message of ['no "a", but "b"', `"a" ${long} "b"`, "the studio's", 'no "']) {
    expect(shortened(message)).toBe(message);
  }
  expect(shortened(`'${'x'.repeat(90)}' is none`, "'")).toBe(`'${'x'.repeat(79)}…' is none`);
});
