/**
 * Every name of Python that a checkpoint may call, and what the studio builds in its place. Of names that are
 * not in this list, classes of libraries of networks become objects that hold what the pickle says of them and do
 * nothing, since discriminators and augmentation are full of them and are not drawn with. All others are refused
 * where they are named, before anything that follows is looked at.
 */
import { buildArray, buildDtype, buildScalar, emptyArray, setArrayState } from './numpy-values.ts';
import {
  GlobalName,
  PickledArray,
  PickledDtype,
  PickledObject,
  type PickleValue,
  StoredBytes,
  StoredText,
} from './pickle-values.ts';
import { checkpointHasCode, invalidCheckpoint, unsupportedCheckpoint } from './refusal.ts';
import { decodeLatin1, openLatin1 } from './latin1.ts';
import {
  buildParameter,
  buildStorage,
  buildTensor,
  buildTensorOfKind,
  STORAGE_KINDS,
  TORCH_DTYPES,
} from './torch-values.ts';

type Build = (args: readonly PickleValue[]) => PickleValue;

/** What stands for a name that is only ever referred to. */
const NAME_ALONE: Build | undefined = undefined;

const KNOWN: ReadonlyMap<string, Build | undefined> = new Map([
  // A module of a network
  ['torch_utils.persistence._reconstruct_persistent_obj', persistentObject],

  // Tensors
  ['torch._utils._rebuild_parameter', buildParameter],
  ['torch._utils._rebuild_tensor_v2', buildTensor],
  ['torch._utils._rebuild_tensor_v3', buildTensorOfKind],
  ['torch.storage._load_from_bytes', buildStorage],
  ['torch.Size', ([sizes]) => list(sizes)],
  ['torch.device', ([name]) => name ?? null],
  ...TORCH_DTYPES.keys().map((name) => [name, NAME_ALONE] as const),
  ...STORAGE_KINDS.keys().map((name) => [name, NAME_ALONE] as const),

  // Arrays and numbers of numpy, whose module was renamed with numpy 2
  ...['numpy.core', 'numpy._core'].flatMap((core) => [
    [`${core}.multiarray._reconstruct`, emptyArray] as const,
    [`${core}.multiarray.scalar`, buildScalar] as const,
    [`${core}.numeric._frombuffer`, buildArray] as const,
  ]),
  ['numpy.dtype', buildDtype],
  ['numpy.ndarray', NAME_ALONE],

  // Containers
  ['collections.OrderedDict', emptyMap],
  ['dnnlib.util.EasyDict', emptyMap],
  ...['builtins', '__builtin__'].flatMap((builtins) => [
    [`${builtins}.set`, setOf] as const,
    [`${builtins}.frozenset`, setOf] as const,
    [`${builtins}.slice`, (args: readonly PickleValue[]) => [...args]] as const,
    [`${builtins}.bytes`, emptyBytes] as const,
    [
      `${builtins}.bytearray`,
      ([bytes]: readonly PickleValue[]) => bytes ?? emptyBytes([]),
    ] as const,
  ]),
  // Bytes, as protocol 2 tells them
  ['_codecs.encode', encodedBytes],
]);

/** Packages whose classes appear in parts of a checkpoint that are not drawn with. */
const LIBRARIES = /^(?:torch|torchvision|timm|torch_utils|training|dnnlib)(?:\.|$)/;
const CLASS_NAME = /^_?[A-Z]\w*$/;
/** Networks of StyleGAN 1 and 2 as TensorFlow's code of them writes them. */
const TENSORFLOW = /^(?:dnnlib\.tflib|tfutil)(?:\.|$)/;

/** @throws StudioError for a name that may not be in a checkpoint */
export function nameGlobal(module: string, name: string): GlobalName {
  const global = new GlobalName(module, name);
  if (KNOWN.has(global.path)) return global;
  if (TENSORFLOW.test(module)) {
    throw unsupportedCheckpoint(
      'is one of the TensorFlow edition of StyleGAN',
      'Convert it with legacy.py of stylegan2-ada-pytorch or stylegan3 ' +
        '(python legacy.py --source=OLD.pkl --dest=NEW.pkl), and take in what comes of it.',
    );
  }
  if (LIBRARIES.test(module) && CLASS_NAME.test(name)) return global;
  throw checkpointHasCode(`asks for "${printable(global.path)}"`);
}

/** What Python would call. A class of a library may be named and its objects held, but calling it is code. */
export function callGlobal(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
  if (!(callee instanceof GlobalName)) throw checkpointHasCode('calls what it has built itself');
  const build = KNOWN.get(callee.path);
  if (!build) throw checkpointHasCode(`calls "${callee.path}"`);
  return build(args);
}

/** An object of a class, made without calling its constructor. */
export function buildObject(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
  const known = !(callee instanceof GlobalName) || KNOWN.has(callee.path);
  return known ? callGlobal(callee, args) : new PickledObject(callee.name);
}

/** What Python does with a state: here only what has just been made takes one. */
export function setState(target: PickleValue, state: PickleValue): void {
  if (target instanceof PickledObject) target.state = state;
  else if (target instanceof PickledArray) setArrayState(target, state);
  // Its byte order and fields.
  else if (target instanceof PickledDtype) requireNativeOrder(state);
  // Attributes of a dictionary itself, which official ones lack.
  else if (!(target instanceof Map && isEmpty(state))) {
    throw checkpointHasCode('changes objects that have no state');
  }
}

function persistentObject([meta]: readonly PickleValue[]): PickledObject {
  if (!(meta instanceof Map)) throw malformedArguments();
  const name = meta.get('class_name');
  const source = meta.get('module_src');
  if (meta.get('type') !== 'class' || typeof name !== 'string') throw malformedArguments();
  if (typeof source !== 'string' && !(source instanceof StoredText)) throw malformedArguments();
  return new PickledObject(name, source, meta.get('state') ?? null);
}

function requireNativeOrder(state: PickleValue): void {
  const [, order, subarray, names, fields] = list(state);
  const plain = [subarray, names, fields].every((value) => value === null);
  if ((order !== '<' && order !== '|' && order !== '=') || !plain) {
    throw unsupportedCheckpoint('holds arrays of a kind that networks do not need');
  }
}

function emptyMap(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw malformedArguments();
  return new Map();
}

function emptyBytes(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw malformedArguments();
  return new Uint8Array();
}

function setOf([values = []]: readonly PickleValue[]): PickleValue {
  return new Set(list(values));
}

function encodedBytes([text, encoding]: readonly PickleValue[]): PickleValue {
  if (encoding !== 'latin1') throw malformedArguments();
  if (typeof text === 'string') return decodeLatin1(Buffer.from(text));
  if (text instanceof StoredText) return new StoredBytes(() => openLatin1(text.source));
  throw malformedArguments();
}

function list(value: PickleValue | undefined): PickleValue[] {
  if (!Array.isArray(value)) throw malformedArguments();
  return value;
}

function isEmpty(state: PickleValue): boolean {
  return state === null || (state instanceof Map && state.size === 0);
}

function malformedArguments(): Error {
  return invalidCheckpoint('builds something from what it cannot be built from');
}

/** Names come from the file, and go into a sentence. */
function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
