import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../support/command-line.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';

vi.setConfig({ testTimeout: 120_000 });

const drawnSchema = z.object({
  rows: z.number(),
  columns: z.number(),
  cells: z.array(z.object({ place: z.array(z.number()), id: z.string().optional() })),
  file: z.string().optional(),
});

it('a grid is drawn on a sheet, kept cell by cell, kept itself, and opened again', async () => {
  const library = await temporaryFolder();
  const out = await temporaryFolder();
  const run = (...args: string[]) => runCommand(...args, '--library', library, '--pack', TINY_PACK);
  const drawn = await run(
    ...['grid', '--rows', 'prompt=a smile|a frown', '--columns', 'smile=-1..1:3'],
    ...['--seed', '7', '--keep', '--save', 'Faces', '--out', path.join(out, 'sheet.png')],
  );
  expect(drawn.code).toBe(0);
  const { rows, columns, cells, file = '' } = drawnSchema.parse(drawn.document);
  expect({ rows, columns, cells: cells.length }).toEqual({ rows: 2, columns: 3, cells: 6 });
  expect((await stat(file)).size).toBeGreaterThan(1_000);
  // What the middle column is, any other command draws too.
  const elsewhere = await run('generate', 'a smile', '--seed', '7', '--out', out);
  const kept = await run('show', cells[1]!.id!);
  expect(kept.document).toMatchObject({ prompt: 'a smile', seed: 7, source: { kind: 'prompt' } });
  expect(elsewhere.code).toBe(0);

  const again = path.join(out, 'again.pdf');
  const opened = await run('grid', '--open', 'faces', '--out', again);
  expect(opened.document).toMatchObject({ rows: 2, columns: 3, file: again });
  expect(await run('grids')).toMatchObject({ document: { grids: [{ name: 'Faces' }] } });
  const refused = await run('grid', '--open', 'faces', '--out', again);
  expect(refused).toMatchObject({ code: 1, document: { error: { code: 'file-exists' } } });
  expect((await readdir(out)).sort()).toEqual(expect.arrayContaining(['again.pdf', 'sheet.png']));
});

it.each([
  [['grid', 'a smile', '--out', 'sheet.png'], /--rows and --columns/],
  [['grid', 'a smile', '--rows', 'seed=1..3'], /what becomes of it/],
  [['grid', 'a smile', '--rows', 'seed=1..3', '--out', 'sheet.webp'], /\.png or \.pdf/],
  [['grid', 'a smile', '--rows', 'seed', '--out', 'sheet.png'], /what varies/],
])('wrong usage is told: %s', async (args, message) => {
  const { code, document } = await runCommand(...args);
  expect(code).toBe(2);
  expect(document).toMatchObject({ error: { message: expect.stringMatching(message) } });
});

it('what cannot be one grid is told in words before anything is drawn', async () => {
  const library = await temporaryFolder();
  const { code, document } = await runCommand(
    ...['grid', 'a smile', '--rows', 'seed=1..3', '--columns', 'seed=4..5', '--keep'],
    ...['--library', library, '--pack', TINY_PACK],
  );
  expect(code).not.toBe(0);
  expect(document).toMatchObject({ error: { message: expect.stringMatching(/one thing/) } });
});
