import { existsSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Answer,
  COMMIT,
  listen,
  REPOSITORY,
  startHub,
  withoutProxies,
} from '../../../test/support/hub.ts';
import { writeHfClip } from '../../../test/support/hf-clip.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { importClip } from './clip-folder.ts';
import { downloadModel, findModel } from './hub.ts';

const GRAPH = 'onnx/vision_model.onnx.data';

beforeEach(withoutProxies);
afterEach(() => vi.unstubAllEnvs());

describe('a model hub', () => {
  it('tells licence and size first, and gives what can be taken in', async () => {
    const source = await writeHfClip('clip', { variants: { '': 'float32', _fp16: 'float16' } });
    const asked = await startHub(source);
    const model = await findModel(REPOSITORY);
    expect(model).toMatchObject({ license: 'mit', revision: COMMIT, title: REPOSITORY });
    expect(model.variants).toEqual(['fp32', 'fp16']);
    expect(asked).toHaveLength(1);
    const names = model.files.map((file) => file.path);
    expect(names).toContain(GRAPH);
    expect(names.filter((name) => name.includes('fp16'))).toEqual([]);
    const folder = await temporaryFolder();
    let done = 0;
    await downloadModel(model, folder, {
      onProgress: (event) => (done = event.kind === 'advanced' ? event.done : done),
    });
    expect(done).toBe(model.bytes);
    expect((await importClip(folder, await temporaryFolder())).files).toEqual(
      (await importClip(source, await temporaryFolder())).files,
    );
    const before = asked.length;
    await downloadModel(model, folder);
    expect(asked).toHaveLength(before);
  });

  it('offers the precisions that both encoders have', async () => {
    const source = await writeHfClip('clip', { variants: { _fp16: 'float16', _int8: 'float32' } });
    await rm(path.join(source, 'onnx', 'vision_model_fp16.onnx'));
    await startHub(source);
    expect((await findModel(REPOSITORY)).variants).toEqual(['int8']);
    const { files } = await findModel(REPOSITORY, { variant: 'int8' });
    expect(files.map((file) => file.path)).toContain('onnx/vision_model_int8.onnx');
  });

  it('goes on where a connection was cut', async () => {
    const source = await writeHfClip('clip');
    const content = await readFile(path.join(source, GRAPH));
    let cuts = 1;
    const asked = await startHub(source, (request, response) => {
      if (!request.url?.startsWith('/cdn/') || !request.url.endsWith(GRAPH) || cuts-- < 1)
        return false;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 300), () => setTimeout(() => response.destroy(), 50));
      return true;
    });
    const [model, folder] = [await findModel(REPOSITORY), await temporaryFolder()];
    await expect(downloadModel(model, folder)).rejects.toMatchObject({
      code: 'network-unreachable',
    });
    expect(statSync(path.join(folder, `${GRAPH}.part`)).size).toBe(300);
    await downloadModel(model, folder);
    expect(asked).toContain(`/cdn/${GRAPH} bytes=300-`);
    expect(await readFile(path.join(folder, GRAPH))).toEqual(content);
  });

  it('keeps nothing that is not what was said', async () => {
    await startHub(await writeHfClip('clip'));
    const model = await findModel(REPOSITORY);
    const folder = await temporaryFolder();
    const files = model.files.map((file) =>
      file.path === GRAPH ? { ...file, sha256: '0'.repeat(64) } : file,
    );
    await expect(downloadModel({ ...model, files }, folder)).rejects.toMatchObject({
      code: 'network-corrupt',
    });
    expect(existsSync(path.join(folder, GRAPH))).toBe(false);
    expect(existsSync(path.join(folder, `${GRAPH}.part`))).toBe(false);
  });

  it('begins again where the part is longer than the file', async () => {
    const source = await writeHfClip('clip');
    await startHub(source);
    const [model, folder] = [await findModel(REPOSITORY), await temporaryFolder()];
    await writeFile(path.join(folder, 'config.json.part'), 'x'.repeat(10_000));
    await downloadModel(model, folder);
    expect(await readFile(path.join(folder, 'config.json'))).toEqual(
      await readFile(path.join(source, 'config.json')),
    );
  });

  it('is asked through a proxy where one is named', async () => {
    const source = await writeHfClip('clip');
    await startHub(source);
    const through: string[] = [];
    const behind = process.env['HF_ENDPOINT']!;
    const proxy = await listen((request, response) => {
      through.push(request.url ?? '');
      http.get(request.url!.replace('http://127.0.0.7', behind), (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      return true;
    });
    vi.stubEnv('HTTP_PROXY', proxy);
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.7');
    await expect(findModel(REPOSITORY)).resolves.toMatchObject({ license: 'mit' });
    expect(through[0]).toMatch(/^http:\/\/127\.0\.0\.7\/api\//);
  });

  it.each<[string, Answer | null, string]>([
    ['is not there', null, 'network-unreachable'],
    [
      'knows no such model',
      (_, response) => Boolean(response.writeHead(404).end()),
      'network-refused',
    ],
    [
      'wants an account',
      (_, response) => Boolean(response.writeHead(401).end()),
      'network-refused',
    ],
    ['is busy', (_, response) => Boolean(response.writeHead(503).end()), 'network-unreachable'],
    ['is something else', (_, response) => Boolean(response.end('<html>')), 'network-unreachable'],
    [
      'sends round in circles',
      (request, response) => Boolean(response.writeHead(302, { location: request.url }).end()),
      'network-unreachable',
    ],
    [
      'sends to a file',
      (_, response) => Boolean(response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
      'network-unreachable',
    ],
  ])('that %s', async (_, answer, code) => {
    vi.stubEnv('HF_ENDPOINT', answer ? await listen(answer) : 'http://127.0.0.1:9');
    await expect(findModel(REPOSITORY)).rejects.toMatchObject({ code });
  });

  it.each(['../../etc/passwd', 'one', 'a/b/c', 'a b/c', './x'])(
    'is never asked for %j',
    async (name) => {
      await expect(findModel(name)).rejects.toMatchObject({ code: 'invalid-argument' });
    },
  );
});
