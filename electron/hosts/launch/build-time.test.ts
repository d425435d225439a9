import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { announcement, rememberTime } from './build-time.ts';

it('a build is announced with how long it takes: about, and then as long as the last one', async () => {
  const folder = path.join(await temporaryFolder(), 'cache');
  expect(await announcement(folder)).toMatch(/once, which takes about \d+ s …$/);
  await rememberTime(folder, 12_300);
  expect(await announcement(folder)).toContain('took 13 s the last time');
});

it('what cannot be remembered, or read again, is announced as the first', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'build-time.json'), '{"ms":"soon"}');
  expect(await announcement(folder)).toContain('once');
  await mkdir(path.join(folder, 'taken', 'build-time.json'), { recursive: true });
  await rememberTime(path.join(folder, 'taken'), 5_000);
  expect(await announcement(path.join(folder, 'taken'))).toContain('once');
});
