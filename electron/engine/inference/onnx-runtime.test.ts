import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SOURCES = ['electron', 'renderer', 'test', 'native-models'];

/** Loading the package, by whichever words: `from '…'`, `import('…')`, `require('…')`. */
const LOADS_IT = /(?:from|import|require|import\(|require\() ?\(?['"]onnxruntime-node['"]/;
const LOADS_IT_IN_PYTHON = /^\s*(?:import|from) onnxruntime\b/m;

function filesThat(load: RegExp, extension: RegExp): string[] {
  return SOURCES.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && extension.test(file.name))
      .map((file) => path.join(file.parentPath, file.name))
      .filter((file) => !file.includes(`${path.sep}.venv${path.sep}`))
      .filter((file) => load.test(readFileSync(file, 'utf8'))),
  ).map((file) => path.relative(ROOT, file).split(path.sep).join('/'));
}

it('is loaded from one place, which turns its telemetry off before', () => {
  const here = 'electron/engine/inference/onnx-runtime.ts';
  expect(filesThat(LOADS_IT, /\.(ts|mts|js|mjs|cjs|svelte)$/)).toEqual([here]);
  const source = readFileSync(path.join(ROOT, here), 'utf8');
  const imports = [...source.matchAll(/from '(.*)'|import '(.*)'/g)].map(([, a, b]) => a ?? b);
  expect(imports).toEqual(['./without-telemetry.ts', 'onnxruntime-node']);
});

it('is loaded in the same way by the training code, and on servers', () => {
  const files = filesThat(LOADS_IT_IN_PYTHON, /\.py$/);
  expect(files.toSorted()).toEqual([
    'electron/engine/servers/clip_flow_graph.py',
    'native-models/training/common/onnx_runtime.py',
  ]);
  for (const file of files) {
    const before = readFileSync(path.join(ROOT, file), 'utf8').split(LOADS_IT_IN_PYTHON)[0];
    expect(before).toContain('os.environ["ORT_DISABLE_TELEMETRY"] = "1"');
  }
});
