/**
 * What the GPUs of this machine make of the studio's graphs: `npm run bench:gpu -- [--pack FOLDER] [--imported]`, the latter
 * with a StyleGAN2 of 256 pixels. Each provider that there may be runs them in a process of its own, and again in a
 * second one, which shows what is compiled at the first use and kept. Numbers are held against the CPU's. Prints a table in Markdown within
 * five minutes, and says plainly what is missing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { listBackends } from '../../electron/engine/inference/sessions.ts';
import { DEFAULT_PACK } from '../support/packs.ts';
import { ratio } from './report.ts';

/** Of all processes together. */
const LIMIT_MS = 290_000;
/** Those of all systems; a build of ONNX Runtime has some. */
const PROVIDERS = ['cuda', 'webgpu', 'coreml', 'dml'];

/** A graph on a device: what loading it and the first run took, a run after that, and how far its numbers lie from the CPU's. */
export const gpuMeasureSchema = z.union([
  z.object({
    title: z.string(),
    firstMs: z.number(),
    ms: z.number(),
    cpuMs: z.number(),
    /** In steps of 255 between its least number and its largest. */
    apart: z.number(),
  }),
  z.object({ title: z.string(), note: z.string() }),
]);
export type GpuMeasure = z.infer<typeof gpuMeasureSchema>;

const { values } = parseArgs({
  options: { pack: { type: 'string' }, imported: { type: 'boolean', default: false } },
});
const deadline = performance.now() + LIMIT_MS;
const backends = listBackends();
for (const provider of PROVIDERS) {
  console.log(`\n**${provider}**`);
  if (!backends.includes(provider)) console.log('This build of ONNX Runtime lacks it.');
  else await report(provider);
}

async function report(provider: string): Promise<void> {
  const first = await measure(provider, path.resolve(values.pack ?? DEFAULT_PACK));
  const isThere = first.some((measured) => 'ms' in measured);
  const again = isThere ? await measure(provider, path.resolve(values.pack ?? DEFAULT_PACK)) : [];
  if (isThere) {
    print([
      '',
      'first use',
      'in a second process',
      'a run',
      'on the CPU',
      'times as fast',
      'apart',
    ]);
    print(Array.from({ length: 7 }, () => '---'));
  }
  for (const measured of first) {
    if ('note' in measured) continue;
    const { title, firstMs, ms, cpuMs, apart } = measured;
    const second = again.find((one) => one.title === title);
    const secondMs = second && 'firstMs' in second ? inMs(second.firstMs) : '';
    const numbers = [inMs(firstMs), secondMs, inMs(ms), inMs(cpuMs), ratio(cpuMs, ms)];
    print([title, ...numbers, `${apart.toPrecision(2)}/255`]);
  }
  for (const measured of first)
    if ('note' in measured) console.log(`${measured.title}: ${measured.note}`);
}

/** What a process measured before it ended, by itself or because the time was up. */
async function measure(provider: string, pack: string): Promise<GpuMeasure[]> {
  const measured: GpuMeasure[] = [];
  const args = [provider, pack, ...(values.imported ? ['--imported'] : [])];
  const child = fork(path.join(import.meta.dirname, 'gpu-child.ts'), args, {
    ...{
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (lastWords = text.trim()));
  child.on('message', (message) => measured.push(gpuMeasureSchema.parse(message)));
  const timer = setTimeout(() => child.kill('SIGKILL'), Math.max(0, deadline - performance.now()));
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  if (code === 0) return measured;
  const why =
    performance.now() >= deadline
      ? 'the five minutes were over'
      : `${signal ?? code}: ${lastWords}`;
  return [...measured, { title: 'not measured to the end', note: why }];
}

function inMs(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

function print(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}
