import path from 'node:path';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { runCommand } from '../support/command-line.ts';
import { openTestLibrary, temporaryFolder } from '../support/library.ts';
import { samplePicture, samplePortrait } from '../support/portraits.ts';
import { writeUpscaler } from '../support/upscalers.ts';

it('an upscaler is taken in, enlarges what is exported, and is removed', async () => {
  const base = await temporaryFolder();
  const library = path.join(base, 'library');
  for (const [name, folder] of [
    ['CLIP_FLOW_LIBRARY', 'library'],
    ['CLIP_FLOW_PACKS', 'packs'],
    ['CLIP_FLOW_COMPONENTS', 'components'],
  ] as const) {
    vi.stubEnv(name, path.join(base, folder));
  }
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
  const opened = await openTestLibrary(library);
  const picture = samplePicture(1, 24);
  const { id } = await opened.writer.add(samplePortrait(1, { picture }));
  const file = path.join(base, '3x-fine.onnx');
  await writeUpscaler(file, { factor: 3, tile: { width: 16, height: 16 } });

  const imported = await runCommand('models', 'import', file);
  expect(imported).toMatchObject({ code: 0, stderr: expect.stringContaining('licence') });
  expect(imported.document).toMatchObject({
    component: { id: '3x-fine', kind: 'upscaler', factor: 3, tile: { width: 16, height: 16 } },
  });
  const { document } = await runCommand('models', 'list');
  expect(document['components']).toMatchObject([{ component: { id: '3x-fine' } }]);

  const order = ['export', id, '--out', path.join(base, 'out'), '--enlarge', '2'];
  const exported = await runCommand(...order);
  expect(exported.document).toMatchObject({
    enlarged: {
      ...{ times: 2, resampled: true, upscaler: { title: '3x-fine', file: '3x-fine.onnx' } },
      text: 'Enlarged with 3x-fine to × 3, then by Lanczos to × 2.',
    },
  });
  const [made] = exported.document['files'] as string[];
  expect(await sharp(made).metadata()).toMatchObject({ width: 48, height: 48 });

  expect((await runCommand('models', 'remove', '3x-fine')).code).toBe(0);
  const without = await runCommand(...order);
  expect(without.document).toMatchObject({
    enlarged: { upscaler: null, text: 'Enlarged by Lanczos: no upscaler model is here.' },
  });
  vi.unstubAllEnvs();
});
