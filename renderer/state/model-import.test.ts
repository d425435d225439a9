import { describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../electron/contract/errors.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { ModelImport } from './model-import.svelte.ts';

const upload = { id: 'an upload' };
const component = { kind: 'component', component: { title: 'A cat' }, notes: ['Changed source'] };
const bytes = (text: string) => new TextEncoder().encode(text);
const pickle = { name: 'cat.pkl', files: [{ file: new File(['pickle'], 'cat.pkl') }] };

function openImport(importModel: (...given: never[]) => Promise<unknown>) {
  const service = {
    openUpload: vi.fn(() => Promise.resolve(upload)),
    appendUpload: vi.fn(() => Promise.resolve({})),
    dropUpload: vi.fn(() => Promise.resolve({})),
    importModel: vi.fn(importModel),
  };
  return { service, imports: new ModelImport(service as unknown as StudioService) };
}

describe('a model on its way in', () => {
  it('is sent as a file', async () => {
    const { service, imports } = openImport(() => Promise.resolve(component));
    await expect(imports.start(pickle)).resolves.toBe(component);
    expect(service.openUpload.mock.calls).toMatchObject([[{ name: 'cat.pkl' }, {}]]);
    expect(service.appendUpload.mock.calls).toMatchObject([[{ bytes: bytes('pickle') }, {}]]);
    expect(service.importModel).toHaveBeenCalledWith(
      { ...upload, replace: false },
      expect.anything(),
    );
  });

  it('is sent as a folder, with every file by its path, also an empty one', async () => {
    const { service, imports } = openImport(() => Promise.resolve(component));
    const files = [
      { file: new File(['{}'], 'config.json'), path: 'config.json' },
      { file: new File([], 'text_model.onnx'), path: 'onnx/text_model.onnx' },
    ];
    await imports.start({ name: 'clip', files });
    expect(service.openUpload.mock.calls).toMatchObject([[{ name: 'clip', several: true }, {}]]);
    expect(service.appendUpload.mock.calls).toMatchObject([
      [{ path: 'config.json', bytes: bytes('{}') }, {}],
      [{ path: 'onnx/text_model.onnx', bytes: bytes('') }, {}],
    ]);
  });

  it('tells how far its checks are', async () => {
    let tell: StreamOptions<ProgressEvent>['onEvent'];
    let end = (_: unknown): void => {};
    const { imports } = openImport((_: unknown, options: StreamOptions<ProgressEvent>) => {
      tell = options.onEvent;
      return new Promise((resolve) => (end = resolve));
    });
    const done = imports.start(pickle);
    await expect.poll(() => imports.run?.stage).toBe('checking');
    tell?.({ kind: 'advanced', task: 'import', done: 3, total: 4, remainingMs: 10 });
    expect(imports.run).toMatchObject({ name: 'cat.pkl', done: 3, total: 4 });
    await expect(imports.start(pickle)).resolves.toBeNull();
    end(component);
    await expect(done).resolves.toBe(component);
    expect(imports.run).toBeNull();
  });

  it('is told of when it is refused, and can be offered again in the place of another', async () => {
    const told = { title: 'A', version: '1', license: 'MIT', folder: '/a' };
    const details = { existing: told, offered: told, replaceable: true };
    const refusal = new StudioError('pack-exists', 'There is one.', { details });
    const { imports } = openImport(() => Promise.reject(refusal));
    await expect(imports.start(pickle)).resolves.toBeNull();
    expect(imports.conflict).toEqual(details);
    expect(imports.offered).toBe(pickle);
  });
});
