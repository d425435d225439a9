import { execFile } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { importTinyModels } from '../support/bridges.ts';
import { startInference } from '../support/inference.ts';
import { temporaryFolder } from '../support/library.ts';

// The real command line is started again and again, models and all.
vi.setConfig({ testTimeout: 180_000 });

const MAIN = path.resolve('electron/hosts/cli/main.ts');
const TRAIN = ['models', 'train-bridge', '--clip', 'tiny-clip', '--generator', 'tiny-generator'];

function start(args: readonly string[], base: string) {
  const places = { CLIP_FLOW_LIBRARY: 'library', CLIP_FLOW_PACKS: 'packs' };
  const own = Object.entries(places).map(([name, folder]) => [name, path.join(base, folder)]);
  const env = { ...process.env, ...Object.fromEntries(own), CLIP_FLOW_DEVICE: 'cpu' };
  const child = execFile(process.execPath, [MAIN, ...args], { env });
  const said = { code: 0, stdout: '', stderr: '' };
  child.stdout?.on('data', (text: string) => (said.stdout += text));
  child.stderr?.on('data', (text: string) => (said.stderr += text));
  return { child, said };
}

async function run(args: readonly string[], base: string) {
  const { child, said } = start(args, base);
  [said.code] = await once(child, 'close');
  return said;
}

it('pauses at Ctrl+C, says how to go on, goes on, and draws with what came of it', async () => {
  const base = await temporaryFolder();
  await importTinyModels(base, startInference());
  const asked = ['--pairs', '200', '--title', 'Tiny bridge', '--prompt', 'a red cat, asleep'];
  const { child, said } = start([...TRAIN, ...asked], base);
  child.stderr?.once('data', () => child.kill('SIGINT'));
  await once(child, 'close');
  expect(said.stderr).toMatch(/^Step 10: loss -?\d+\.\d{3}, .* -?\d+\.\d{3}/);
  expect(said.stderr).toMatch(
    /Paused: 200 of 200 pairs drawn, \d+ steps learnt\. The same command/,
  );

  const { bridges } = JSON.parse((await run(['models', 'bridges', '--json'], base)).stdout);
  expect(bridges).toMatchObject([{ id: 'tiny-clip--tiny-generator', drawn: 200 }]);

  // The rest is as it was asked for before.
  const { code, stdout, stderr } = await run([...TRAIN, '--finish', '--json'], base);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { pack, measured } = JSON.parse(stdout);
  expect(pack).toMatchObject({ id: 'tiny-bridge', version: '1.0.0' });
  expect(measured).toMatchObject({ pairs: 200 });

  const drawn = await run(['generate', 'a red cat', '--pack', pack.id, '--json'], base);
  expect(JSON.parse(drawn.stdout)).toMatchObject({ pack: 'tiny-bridge', images: [{ width: 4 }] });

  const [left] = JSON.parse((await run(['models', 'bridges', '--json'], base)).stdout).bridges;
  expect(left).toMatchObject({ made: 'tiny-bridge', drawn: 200 });
  const dropped = await run(['models', 'drop-bridge', left.id], base);
  expect(dropped).toMatchObject({ code: 0, stdout: expect.stringMatching(/is dropped/) });
});
