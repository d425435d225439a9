import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/library.ts';
import type { StudioService } from '../../../contract/service.ts';
import { serve } from './serve.ts';

const { serveStudio } = vi.hoisted(() => ({ serveStudio: vi.fn(async () => undefined) }));
vi.mock('../../web/serve.ts', () => ({ serveStudio }));

it('opens its window also over a damaged database, which every call there is told of', async () => {
  const library = await temporaryFolder();
  await writeFile(path.join(library, 'library.db'), 'garbage'.repeat(2_000));
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await serve({ library, open: false });
  const [[service]] = serveStudio.mock.calls as unknown as [[StudioService]];
  const words = expect.stringContaining('move library.db away');
  await expect(service.status({})).rejects.toMatchObject({
    code: 'library-corrupt',
    message: words,
  });
  expect(told).toHaveBeenCalledWith(words);
});

it('listens to OSC where it is asked to, says so, and ends with it', async () => {
  const library = await temporaryFolder();
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await serve({ library, osc: 0, open: false });
  const said = told.mock.calls.flat().join('\n');
  const port = Number(/127\.0\.0\.1:(\d+) \(UDP\)/.exec(said)?.[1]);
  expect(port).toBeGreaterThan(0);
  // It is free again.
  await serve({ library, osc: port, open: false });
});
