import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { copyForReading } from './reading-copy.ts';

it('is for its owner to write to, also of files that nobody may write to', async ({ skip }) => {
  if (process.platform === 'win32') skip();
  const database = path.join(await temporaryFolder(), 'library.db');
  for (const part of ['', '-wal']) {
    await writeFile(database + part, `content${part}`);
    await chmod(database + part, 0o444);
  }
  const copy = await copyForReading(database);
  onTestFinished(() => copy.remove());
  for (const part of ['', '-wal']) {
    expect(await readFile(copy.database + part, 'utf8')).toBe(`content${part}`);
    // Not by opening it, which root may whatever the mode.
    expect((await stat(copy.database + part)).mode & 0o777).toBe(0o600);
  }
});
