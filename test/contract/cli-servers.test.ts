/** Model servers by the command line: what they are given, what they draw, and what is told of them. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { modelName } from '../../electron/engine/servers/model-name.ts';
import { runCommand } from '../support/command-line.ts';
import { startInference } from '../support/inference.ts';
import { temporaryFolder } from '../support/library.ts';
import { hasMlServer, PYTHON } from '../support/mlserver.ts';
import { startFakeServer } from '../support/model-server.ts';
import { TINY_PACK } from '../support/packs.ts';

const GRAPHS = ['clip/vision_model', 'generator/synthesis', 'generator/preview'].map(
  (name) => `${TINY_PACK}/${name}.onnx`,
);
const serving = startInference(undefined, afterAll);

let base: string;
beforeEach(async () => {
  base = await temporaryFolder();
  vi.stubEnv('CLIP_FLOW_LIBRARY', path.join(base, 'library'));
  vi.stubEnv('CLIP_FLOW_PACK', TINY_PACK);
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function serve(): Promise<string> {
  const server = await startFakeServer({ inference: serving, graphs: GRAPHS });
  onTestFinished(() => server.kill());
  return `grpc://127.0.0.1:${server.port}`;
}

it('a server that is named draws, and doctor says what it is', async () => {
  const address = await serve();
  const engine = ['--engine', address, '--engine-graphs', 'all'];
  const drawn = await runCommand('generate', 'a smile', '--count', '2', ...engine);
  expect(drawn).toMatchObject({ code: 0, document: { device: 'server' } });
  vi.stubEnv('CLIP_FLOW_ENGINE', address);
  expect((await runCommand('doctor')).document).toMatchObject({
    ok: true,
    servers: [
      {
        ...{ address, state: 'ready', software: 'fake 1', exactness: 'same-bytes' },
        graphs: expect.arrayContaining(
          ['synthesis.onnx', 'vision_model.onnx'].map((graph) =>
            expect.objectContaining({ graph }),
          ),
        ),
      },
    ],
  });
});

it('a server that is not there is told of, and this machine draws where that is wished', async () => {
  const nobody = ['--engine', 'grpc://127.0.0.1:1'];
  const drawn = await runCommand('generate', 'a smile', ...nobody, '--engine-fallback', 'here');
  expect(drawn).toMatchObject({ code: 0, document: { device: 'cpu' } });
  expect(await runCommand('doctor', ...nobody)).toMatchObject({
    code: 1,
    document: { ok: false, servers: [{ state: 'unreachable' }] },
  });
});

it.each([
  ['an address of something else', ['--engine', 'https://box']],
  ['a fallback to nobody knows where', ['--engine-fallback', 'moon']],
])('%s is wrong usage', async (_, options) => {
  expect((await runCommand('doctor', ...options)).code).toBe(2);
});

it('a repository has each graph under the name of its content', async () => {
  const names = await Promise.all(GRAPHS.map(modelName));
  const out = path.join(base, 'served');
  for (const kind of ['triton', 'mlserver', 'kserve']) {
    const folder = path.join(out, kind);
    const written = await runCommand('models', 'serve-repository', '--for', kind, '--out', folder);
    expect(written).toMatchObject({ code: 0, document: { for: kind, models: names } });
    const root = kind === 'kserve' ? path.join(folder, 'models') : folder;
    const models = (await readdir(root)).filter((name) => name.startsWith('clip-flow-'));
    expect(models.sort()).toEqual([...names].sort());
    const files = await readdir(root, { recursive: true });
    const graph = files.find((file) => file.startsWith(names[0]!) && file.endsWith('.onnx'))!;
    expect(await readFile(path.join(root, graph))).toEqual(await readFile(GRAPHS[0]!));
  }
  const again = ['models', 'serve-repository', '--for', 'triton', '--out', out];
  expect(await runCommand(...again)).toMatchObject({
    document: { error: { code: 'file-exists' } },
  });
});

const READ_CONFIG = `
import sys
from google.protobuf import json_format, text_format
from tritonclient.grpc import model_config_pb2
config = text_format.Parse(sys.stdin.read(), model_config_pb2.ModelConfig())
print(json_format.MessageToJson(config, preserving_proto_field_name=True))
`;

it.skipIf(!hasMlServer)('what is written for Triton is of its schema', async () => {
  const out = path.join(base, 'served');
  await runCommand('models', 'serve-repository', '--for', 'triton', '--out', out);
  const name = await modelName(GRAPHS[1]!);
  const read = async (model: string) => {
    const input = await readFile(path.join(out, model, 'config.pbtxt'));
    return JSON.parse(execFileSync(PYTHON, ['-c', READ_CONFIG], { input, encoding: 'utf8' }));
  };
  const [version] = (await readdir(path.join(out, name))).filter((file) => /^\d+$/.test(file));
  expect(await read(name)).toMatchObject({
    ...{ name, platform: 'onnxruntime_onnx', max_batch_size: 8 },
    input: [{ name: 'w', data_type: 'TYPE_FP32', dims: ['4', '512'] }],
    output: [{ name: 'image', data_type: 'TYPE_FP32', dims: ['3', '16', '16'] }],
    version_policy: { specific: { versions: [version] } },
    instance_group: [{ count: 1 }],
    dynamic_batching: { max_queue_delay_microseconds: '2000' },
  });
  expect(await read(await modelName(GRAPHS[0]!))).toMatchObject({
    input: [{ name: 'pixel_values', dims: ['3', '16', '16'] }],
    output: [{ name: 'image_embeds', dims: ['512'] }],
  });
});
