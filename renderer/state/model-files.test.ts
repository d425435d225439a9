import { describe, expect, it } from 'vitest';
import { dropped, isModel, modelOf } from './model-files.ts';

const file = (name: string, folder?: string): File =>
  Object.assign(new File(['x'], name), {
    webkitRelativePath: folder === undefined ? '' : `${folder}/${name}`,
  });

interface Tree {
  readonly [name: string]: Tree | string;
}

/** A dropped folder, which a browser tells one entry at a time. */
function entryOf(name: string, content: Tree | string, parent = ''): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  const entries = Object.entries(content).map(([child, inner]: [string, Tree | string]) =>
    typeof content === 'string' ? null : entryOf(child, inner, fullPath),
  );
  const isFile = typeof content === 'string';
  return {
    ...{ name, fullPath, isFile, isDirectory: !isFile },
    file: (take: (file: File) => void) => take(file(name)),
    createReader: () => ({
      readEntries: (take: (part: unknown[]) => void) => take(entries.splice(0, 1)),
    }),
  } as unknown as FileSystemEntry;
}

function transfer(entries: readonly FileSystemEntry[], files: readonly File[] = []): DataTransfer {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  return { items, files } as unknown as DataTransfer;
}

describe('what was chosen', () => {
  it('is a file alone, or files that belong together', () => {
    expect(modelOf([])).toBeNull();
    expect(modelOf([file('a.pkl')])).toMatchObject({ name: 'a.pkl', files: [{}] });
    expect(modelOf([file('a.pkl')])?.files[0]).not.toHaveProperty('path');
    const paths = modelOf([file('s.onnx'), file('m.onnx')])?.files.map(({ path }) => path);
    expect(paths).toEqual(['m.onnx', 's.onnx']);
  });

  it('is a folder without what is hidden or for other programs', () => {
    const names = ['config.json', '.gitattributes', 'model.safetensors', 'pytorch_model.bin'];
    const model = modelOf(names.map((name) => file(name, 'clip')));
    expect(model).toMatchObject({ name: 'clip', files: [{ path: 'config.json' }] });
    expect(model?.files).toHaveLength(1);
  });

  it.each([
    ['face.PKL', true],
    ['pack.zip', true],
    ['tokenizer.json', true],
    ['holiday.png', false],
  ])('%s: a model is %s', (name, expected) => {
    expect(isModel({ name, files: [{ file: file(name) }] })).toBe(expected);
  });
});

describe('what was dropped', () => {
  it('is read as deep as it goes', async () => {
    const clip = { 'tokenizer.json': '', onnx: { 'text_model.onnx': '', '.cache': { a: '' } } };
    const model = await dropped(transfer([entryOf('clip', clip)]));
    expect(model?.name).toBe('clip');
    expect(model?.files.map(({ path }) => path)).toEqual([
      'onnx/text_model.onnx',
      'tokenizer.json',
    ]);
  });

  it('is a file where it is no folder', async () => {
    const picture = file('a.png');
    const model = await dropped(transfer([entryOf('a.png', '')], [picture]));
    expect(model).toEqual({ name: 'a.png', files: [{ file: picture }] });
    await expect(dropped(transfer([]))).resolves.toBeNull();
  });

  it('is not read where there is more than a model has', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`${i}`, '']));
    const reading = dropped(transfer([entryOf('everything', many)]));
    await expect(reading).rejects.toMatchObject({ code: 'too-many-files' });
  });
});
