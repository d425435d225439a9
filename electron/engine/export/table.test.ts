import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePortrait } from '../../../test/support/portraits.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { exportTable } from './table.ts';

const SERVER = { address: 'grpcs://box.example:8001', exactness: 'same-bytes' } as const;
const PROMPTS = ['calm, "old" and\nlined', '=1+1', 'naïve 肖像'];

async function libraryToTell() {
  const library = await openTestLibrary();
  const ids: string[] = [];
  for (const [n, prompt] of PROMPTS.entries()) {
    const generation = { prompt, ...(n === 1 && { device: 'server' as const, server: SERVER }) };
    ids.push((await library.writer.add(samplePortrait(n, { generation }))).id);
  }
  library.writer.arranger.change([ids[0]!], (now) => ({ ...now, rating: 4 }));
  const { board } = library.writer.arranger.createBoard({ name: 'For, her' });
  library.writer.arranger.addToBoard(board.id, [ids[0]!]);
  const licenseOf = () => Promise.resolve('CC-BY-4.0');
  const parts = { reader: library.reader, codec: sharpCodec, licenseOf };
  return { ids, parts, folder: await temporaryFolder() };
}

/** As RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('exporting a table', () => {
  it('writes a row for each portrait that a spreadsheet reads and does not compute', async () => {
    const { ids, parts, folder } = await libraryToTell();
    const options = { format: 'csv', ifExists: 'refuse' } as const;
    const file = await exportTable(ids, path.join(folder, 'a.csv'), options, parts);
    const text = await readFile(file, 'utf8');
    expect(text.startsWith('\ufeffid,created,prompt,')).toBe(true);
    const [names = [], ...rows] = parseCsv(text.slice(1));
    const told = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
    expect(told).toMatchObject([
      { id: ids[0], prompt: PROMPTS[0], rating: '4', boards: 'For, her', licence: 'CC-BY-4.0' },
      { prompt: "'=1+1", seed: '1', 'log-likelihood': '-700.5' },
      { prompt: PROMPTS[2], pack: 'tiny', rating: '0' },
    ]);
    await expect(exportTable(ids, file, options, parts)).rejects.toMatchObject({
      code: 'file-exists',
    });
  });

  it('writes JSON with all that is known', async () => {
    const { ids, parts, folder } = await libraryToTell();
    const options = { format: 'json', ifExists: 'refuse' } as const;
    const file = await exportTable(ids, path.join(folder, 'a.json'), options, parts);
    const text = await readFile(file, 'utf8');
    // Not where a model server stands.
    expect(text).not.toContain('box.example');
    const document = JSON.parse(text) as unknown;
    expect(document).toMatchObject({
      ...{ format: 'clip-flow-studio/portraits', version: 1 },
      portraits: [
        { id: ids[0], prompt: PROMPTS[0], boards: ['For, her'], rating: 4, license: 'CC-BY-4.0' },
        {
          ...{ prompt: '=1+1', settings: { truncation: 1 }, source: { kind: 'prompt' } },
          ...{ device: 'server', server: { exactness: 'same-bytes' } },
        },
        { prompt: PROMPTS[2] },
      ],
    });
  });
});
