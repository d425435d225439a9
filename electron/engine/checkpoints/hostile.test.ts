/** Files made to do harm, or broken: each is refused at once with a reason, and nothing of it happens. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCpuTime } from '../../../test/support/cpu-time.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import {
  type Picklable,
  pickled,
  PythonCall,
  PythonDict,
  PythonName,
  PythonTuple,
  storageTag,
  storedZip,
  tensorOf,
  torchSave,
} from '../../../test/support/pickle.ts';
import { openCheckpoint } from './open-checkpoint.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../test/fixtures/checkpoints');
/** Generous beside the second that is promised: other tests run at the same time. */
const MOST_MS = 1_000;

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Bytes of a file, as they are or when they are there; a text is of Latin-1. */
type Content = string | Uint8Array | Promise<Uint8Array>;

/** How a file of these bytes is refused. Nothing may appear beside it. */
async function refusal(content: Content): Promise<Refusal> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'network.pkl');
  await writeFile(file, raw(await content));
  const cpuTime = startCpuTime();
  const refused = await openCheckpoint(file).then(
    () => ({ code: 'taken', message: '' }),
    ({ code, message }: Refusal) => ({ code, message }),
  );
  expect(cpuTime()).toBeLessThan(MOST_MS);
  expect(await readdir(folder)).toEqual(['network.pkl']);
  return refused;
}

const raw = (...parts: (string | Uint8Array)[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
const call = (module: string, name: string, ...args: Picklable[]) =>
  new PythonCall(new PythonName(module, name), args);
const map = (...entries: [Picklable, Picklable][]) => new Map<Picklable, Picklable>(entries);

/** A checkpoint of one network with this in its state. */
function withState(...entries: [Picklable, Picklable][]): Picklable {
  const meta = map(
    ['type', 'class'],
    ['version', 6],
    ['module_src', '#'],
    ['class_name', 'Generator'],
    ['state', map(['_modules', map()], ...entries)],
  );
  return map(['G_ema', call('torch_utils.persistence', '_reconstruct_persistent_obj', meta)]);
}

const withTensor = (tensor: Picklable) => withState(['_parameters', map(['weight', tensor])]);

describe('code in a checkpoint', () => {
  const canary = path.join(import.meta.dirname, 'canary-that-nobody-writes');
  const command = `touch ${canary}`;

  it.each<[string, Picklable]>([
    ['os.system', call('os', 'system', command)],
    ['posix.system', call('posix', 'system', command)],
    ['nt.system', call('nt', 'system', command)],
    ['subprocess.Popen', call('subprocess', 'Popen', command)],
    ['builtins.eval', call('builtins', 'eval', '1')],
    ['__builtin__.eval', call('__builtin__', 'eval', '1')],
    ['builtins.exec', call('builtins', 'exec', 'import os')],
    ['builtins.__import__', call('builtins', '__import__', 'os')],
    ['builtins.getattr', call('builtins', 'getattr', new PythonName('os', 'system'), 'x')],
    ['operator.attrgetter', call('operator', 'attrgetter', 'system')],
    ['copyreg._reconstructor', call('copyreg', '_reconstructor', 'x')],
    ['functools.partial', call('functools', 'partial', 'x')],
    ['torch.os.system', call('torch', 'os.system', command)],
    ['torch.serialization.os', new PythonName('torch.serialization', 'os')],
    ['torch.load', call('torch', 'load', '/etc/passwd')],
    ['torch.hub.load', call('torch.hub', 'load', 'x')],
    ['numpy.load', call('numpy', 'load', '/etc/passwd')],
    ['numpy.testing._private.utils.runstring', call('numpy.testing._private.utils', 'runstring')],
    ['torchevil.Class', new PythonCall(new PythonName('torchevil', 'Class'), [], { isNew: true })],
    ['enum.Enum', call('enum', 'Enum', 1)],
  ])('is refused by its name: %s', async (name, value) => {
    for (const protocol of [2, 4] as const) {
      for (const place of [value, map(['G', value]), withState(['step', value])]) {
        const refused = await refusal(await pickled(place, protocol));
        expect(refused.code).toBe('checkpoint-has-code');
        // An argument that is as bad may be met first.
        if (name !== 'builtins.getattr') expect(refused.message).toContain(`"${name}"`);
      }
    }
    expect(existsSync(canary)).toBe(false);
  });

  it('is refused as names that are not printed as they are', async () => {
    const { message } = await refusal(raw('\x80\x04cevil\x1b[2J\n', 'a'.repeat(900), '\n.'));
    expect(message).toContain('evil?[2J.aaa');
    expect(message.length).toBeLessThan(400);
  });

  it.each<[string, Picklable]>([
    ['a class of a library, called', call('torch.nn', 'Linear', 1, 2)],
    ['a name that is no function', call('torch', 'FloatStorage', 4)],
    ['what the pickle has built', new PythonCall(map(), [])],
    [
      'a state of what has none',
      new PythonCall(new PythonName('torch', 'Size'), [[]], { state: 1 }),
    ],
    [
      'attributes of a dictionary',
      new PythonCall(new PythonName('collections', 'OrderedDict'), [], {
        state: map(['__class__', 'x']),
      }),
    ],
    ['hooks of a module', withState(['_forward_hooks', map([1, new PythonName('torch', 'Hook')])])],
  ])('is refused: %s', async (_, value) => {
    expect((await refusal(await pickled(value))).code).toBe('checkpoint-has-code');
  });

  it.each([
    ['INST', '\x80\x02(ios\nsystem\n.'],
    ['OBJ', '\x80\x02(cos\nsystem\no.'],
    ['OBJ of what is known', '\x80\x02(ccollections\nOrderedDict\no.'],
    ['NEWOBJ_EX', '\x80\x04ccollections\nOrderedDict\n)}\x92.'],
    ['EXT1', '\x80\x02\x82\x01.'],
    ['EXT4', '\x80\x02\x84\x01\0\0\0.'],
  ])('is refused: %s', async (_, bytes) => {
    expect((await refusal(bytes)).code).toBe('checkpoint-has-code');
  });

  it('is refused in the pickle of a tensor too', async () => {
    const saved = raw('\x80\x02cos\nsystem\n', 'X\x01\0\0\0a\x85R.');
    const tensor = tensorOf(saved, { offset: 0, shape: [1], strides: [1] });
    const { code, message } = await refusal(await pickled(withTensor(tensor)));
    expect([code, message]).toEqual(['checkpoint-has-code', expect.stringContaining('os.system')]);
  });
});

describe('other kinds of files', () => {
  it.each<[string, Content, RegExp]>([
    ['nothing', '', /no pickle/],
    ['a picture', '\x89PNG\r\n\x1a\n', /no pickle/],
    ['a state dict of PyTorch', readFileSync(path.join(FIXTURES, 'state-dict.pt')), /torch\.save/],
    ['one of its old form', torchSave(Float32Array.of(1)), /torch\.save/],
    ['the TensorFlow edition', '\x80\x03cdnnlib.tflib.network\nNetwork\n.', /legacy\.py/],
    ['a list', pickled([1]), /not a dictionary/],
    ['a dictionary without networks', pickled(map(['a', 1])), /no network/],
    ['protocol 0', '(dp0\n.', /no pickle/],
    ['protocol 9', '\x80\x09.', /protocol 9/],
    ['instructions of protocol 0', '\x80\x02I1\n.', /Python 3/],
    ['buffers elsewhere', '\x80\x05\x97.', /outside of the file/],
    ['persistent ids', '\x80\x04NQ.', /outside of it/],
    ['textual persistent ids', '\x80\x04Pos.system\n.', /Python 3/],
    ['arrays of objects', '\x80\x04cnumpy\ndtype\n\x8c\x02O8\x85R.', /arrays of a kind/],
  ])('are refused with words: %s', async (_, bytes, words) => {
    const refused = await refusal(bytes);
    expect(refused).toEqual({
      code: 'checkpoint-unsupported',
      message: expect.stringMatching(words) as string,
    });
  });
});

describe('a broken checkpoint', () => {
  const huge = Buffer.alloc(8);
  huge.writeBigUInt64LE(10_000_000_000n);

  it.each<[string, Content]>([
    ['text of 10 GB', raw('\x80\x04\x8d', huge)],
    ['bytes of 10 GB', raw('\x80\x04\x8e', huge, 'abc')],
    ['bytes of 2⁶⁴', raw('\x80\x04\x8e', Buffer.alloc(8, 0xff))],
    ['a number of 4 GB', raw('\x80\x02\x8b\xff\xff\xff\xff')],
    ['no end', '\x80\x02}'],
    ['no value', '\x80\x02.'],
    ['a value too many', '\x80\x02NN.'],
    ['a mark too many', '\x80\x02N(.'],
    ['nothing to remember', '\x80\x02q\0.'],
    ['nothing remembered', '\x80\x02h\x05.'],
    ['items without a mark', '\x80\x02]Ne.'],
    ['items of no list', '\x80\x02}(Ne.'],
    ['half an entry', '\x80\x02}(Nu.'],
    ['values of below a mark', '\x80\x02N(\x85.'],
    ['a name of no texts', '\x80\x04NN\x93.'],
    ['a name without an end', raw('\x80\x02c', Buffer.alloc(20_000, 0x61))],
    ['an unknown instruction', '\x80\x02\xff.'],
    ['arguments that are none', '\x80\x02ctorch\nSize\nNR.'],
    [
      'a module of nothing',
      pickled(call('torch_utils.persistence', '_reconstruct_persistent_obj', 1)),
    ],
    [
      'a module without a name',
      pickled(call('torch_utils.persistence', '_reconstruct_persistent_obj', map())),
    ],
    ['no tensor', pickled(withTensor('text'))],
    [
      'a parameter of nothing',
      pickled(withTensor(call('torch._utils', '_rebuild_parameter', 1, false))),
    ],
    ['other bytes than those of protocol 2', pickled(call('_codecs', 'encode', 'ā', 'latin1'))],
    ['parts that are none', pickled(withState(['_parameters', 1]))],
    // G_ema: a list that holds itself, and a module that does.
    ['a list in itself', stateOf('step', ']q\x64h\x64a')],
    ['a dictionary in itself', stateOf('step', '}q\x64X\x01\0\0\0ah\x64s')],
  ])('is refused: %s', async (_, bytes) => {
    const { code } = await refusal(bytes);
    expect(code).toBe('checkpoint-invalid');
  });

  it('is refused wherever it is cut off', async () => {
    for (const name of ['protocol-2.pkl', 'protocol-4.pkl', 'zipped-storages.pkl']) {
      const whole = readFileSync(path.join(FIXTURES, name));
      for (let size = 2; size < whole.length; size += 397) {
        const { code } = await refusal(whole.subarray(0, size));
        expect(code, `${name} at ${size}`).toBe('checkpoint-invalid');
      }
    }
  });

  it('is noticed when it is cut off while it is open', async () => {
    const file = path.join(await temporaryFolder(), 'network.pkl');
    await writeFile(file, readFileSync(path.join(FIXTURES, 'protocol-4.pkl')));
    const { networks, close } = await openCheckpoint(file);
    await truncate(file, 8_000);
    const reads = networks
      .get('G_ema')
      ?.children.values()
      .flatMap((one) => one.tensors.values());
    for (const tensor of reads ?? []) {
      await expect(tensor.read()).rejects.toMatchObject({ code: 'checkpoint-invalid' });
    }
    await close();
  });

  it('never ends in anything but a network or a refusal, whatever byte is wrong', async () => {
    const whole = readFileSync(path.join(FIXTURES, 'protocol-4.pkl'));
    for (let i = 0; i < 100; i += 1) {
      const spoilt = Buffer.from(whole);
      // Knuth's multiplicative hash
      const at = Math.imul(i + 1, 2_654_435_761) >>> 0;
      spoilt[at % whole.length] = (at >>> 8) & 0xff;
      const { code } = await refusal(spoilt);
      expect(code, `byte ${at % whole.length}`).toMatch(/^taken$|^checkpoint-/);
    }
  });
});

/** A checkpoint with what these instructions build as an attribute. */
async function stateOf(name: string, instructions: string | Uint8Array): Promise<Buffer> {
  const mark = 'what-is-put-here';
  const whole = await pickled(withState([name, [mark]]), 3);
  const text = raw('X', Buffer.from([mark.length, 0, 0, 0]), mark, 'r');
  const at = whole.indexOf(text);
  return raw(whole.subarray(0, at), instructions, whole.subarray(at + text.length + 4));
}

describe('bombs', () => {
  const lists = (count: number) =>
    Array.from(
      { length: count },
      (_, i) =>
        `](${`h${String.fromCharCode(100 + i)}`.repeat(10)}eq${String.fromCharCode(101 + i)}`,
    );

  it.each<[string, Content]>([
    ['lists of lists of lists, each ten times', stateOf('step', raw('Nq\x64', ...lists(12)))],
    [
      'a million entries',
      raw('\x80\x02}', ...Array.from({ length: 1_000 }, () => `(${'NN'.repeat(1_000)}u`), '.'),
    ],
    ['two million values', raw('\x80\x02', 'N'.repeat(2_000_000), '.')],
    ['a million marks', raw('\x80\x02', '('.repeat(1_000_000))],
    ['tuples in tuples', stateOf('step', raw(')', '\x85'.repeat(100_000)))],
    ['lists in lists', stateOf('step', raw(']'.repeat(90_000), 'a'.repeat(89_999)))],
    ['texts without end', raw('\x80\x02', `X\0\x10\0\0${'a'.repeat(4_096)}`.repeat(5_000))],
    ['an array of nothing, but wide', pickled(withState(['size', wideArray()]))],
  ])('are refused: %s', async (what, bytes) => {
    const expected = what.startsWith('an array') ? 'taken' : 'checkpoint-invalid';
    expect((await refusal(bytes)).code).toBe(expected);
  });

  function wideArray(): Picklable {
    const dtype = call('numpy', 'dtype', 'f8');
    return call(
      'numpy.core.numeric',
      '_frombuffer',
      new Uint8Array(),
      dtype,
      new PythonTuple(2 ** 40, 0),
    );
  }
});

const LEGACY = await torchSave(Float32Array.of(1, 2, 3, 4));

describe('a false tensor', () => {
  const numbers = Float32Array.of(1, 2, 3, 4);
  const view = (shape: readonly number[], strides: readonly number[], offset = 0) =>
    torchSave(numbers).then((saved) => tensorOf(saved, { offset, shape, strides }));

  it.each<[string, number[], number[], number]>([
    ['larger than its storage', [5], [1], 0],
    ['of a product that overflows', [2 ** 40, 2 ** 40], [1, 1], 0],
    ['of strides that lead out', [2, 2], [3, 2], 0],
    ['of strides that overflow', [2, 2], [2 ** 52, 2 ** 52], 0],
    ['that begins behind the end', [1], [1], 4],
    ['of a negative offset', [1], [1], -1],
    ['of a negative shape', [-1], [1], 0],
    ['of a negative stride', [2], [-1], 2],
    ['of a shape in fractions', [1.5], [1], 0],
    ['of other strides than axes', [2, 2], [1], 0],
    ['of a hundred axes', Array<number>(100).fill(1), Array<number>(100).fill(1), 0],
    ['that repeats one number', [1_000_000_000], [0], 0],
  ])('is refused: %s', async (_, shape, strides, offset) => {
    const bytes = pickled(withTensor(await view(shape, strides, offset)));
    expect((await refusal(bytes)).code).toBe('checkpoint-invalid');
  });

  it('with hooks is refused', async () => {
    const tensor = await view([1], [1]);
    const hooks = new PythonDict(new PythonName('collections', 'OrderedDict'), map([1, 'hook']));
    const parameter = call('torch._utils', '_rebuild_parameter', tensor, false, hooks);
    expect((await refusal(pickled(withTensor(parameter)))).code).toBe('checkpoint-has-code');
  });

  const data = Buffer.from(numbers.buffer);
  const countAt = LEGACY.length - data.length - 8;

  it.each<[string, Content]>([
    [
      'an archive with names that lead out',
      storedZip([['archive/../data.pkl', storageTag('0', 4)]]),
    ],
    ['an absolute name', storedZip([['/etc/data.pkl', storageTag('0', 4)]])],
    ['an archive that is compressed', storedZip([['archive/data.pkl', storageTag('0', 4)]], 8)],
    ['an archive without numbers', storedZip([['archive/data.pkl', storageTag('0', 4)]])],
    [
      'an archive with fewer numbers than it says',
      storedZip([
        ['archive/data.pkl', storageTag('0', 5)],
        ['archive/data/0', data],
      ]),
    ],
    [
      'an archive of more files than one tensor has',
      storedZip(Array.from({ length: 70 }, (_, i) => [`archive/${i}`, data] as const)),
    ],
    ['an archive cut off', storedZip([['archive/data.pkl', storageTag('0', 4)]]).subarray(0, 60)],
    ['a storage of 2³¹ numbers', storageWith(storageTag('94', 2 ** 31 - 1))],
    ['a storage of less than none', storageWith(storageTag('94', -4))],
    [
      'another count before the numbers',
      raw(LEGACY.subarray(0, countAt), Buffer.alloc(8, 1), data),
    ],
    ['another key', storageWith(storageTag('95', 4))],
    ['numbers cut off', LEGACY.subarray(0, -1)],
    ['another magic number', raw('\x80\x02K\x01.', LEGACY)],
    ['nothing', new Uint8Array()],
  ])('is refused: %s', async (_, content) => {
    const saved = raw(await content);
    const tensor = tensorOf(saved, { offset: 0, shape: [1], strides: [1] });
    expect((await refusal(pickled(withTensor(tensor)))).code).toBe('checkpoint-invalid');
  });

  it('of a kind of numbers that is not known is refused', async () => {
    const saved = storageWith(storageTag('94', 4, 'torch\nQInt8Storage'));
    const tensor = tensorOf(saved, { offset: 0, shape: [1], strides: [1] });
    expect((await refusal(pickled(withTensor(tensor)))).code).toBe('checkpoint-unsupported');
  });

  /** The old form with another pickle of the storage. */
  function storageWith(tag: Uint8Array): Buffer {
    const own = storageTag('94', 4);
    const at = LEGACY.indexOf(own);
    return raw(LEGACY.subarray(0, at), tag, LEGACY.subarray(at + own.length));
  }
});
