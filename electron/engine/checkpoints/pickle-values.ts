import type { ByteSource } from './byte-source.ts';
import type { NumberKind } from './number-kinds.ts';

/** What a pickle builds. Tuples are lists, every dictionary is a map, and nothing of it does anything. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | StoredText
  | StoredBytes
  | GlobalName
  | PickledObject
  | PickledTensor
  | PickledArray
  | PickledDtype
  | PickledStorage;

/** A text too long to be kept in memory, in UTF-8. */
export class StoredText {
  readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }
}

/** Bytes too many to be kept in memory. */
export class StoredBytes {
  readonly open: () => Promise<ByteSource>;

  constructor(open: () => Promise<ByteSource>) {
    this.open = open;
  }
}

/** The name of something in a module of Python. Nothing is looked up by it. */
export class GlobalName {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object of a class that is known by name alone. */
export class PickledObject {
  readonly className: string;
  /** The text of the module that its class comes from, where the pickle carries it. */
  readonly source: string | StoredText | undefined;
  state: PickleValue;

  constructor(className: string, source?: string | StoredText, state: PickleValue = null) {
    this.className = className;
    this.source = source;
    this.state = state;
  }
}

/** Numbers as `torch.save` writes them, not yet looked into. */
export class PickledStorage {
  readonly bytes: Uint8Array | StoredBytes;

  constructor(bytes: Uint8Array | StoredBytes) {
    this.bytes = bytes;
  }
}

/** A view of a storage of PyTorch, as the pickle tells it and not yet believed. */
export class PickledTensor {
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Where the storage does not tell it. */
  readonly kind: NumberKind | undefined;

  constructor(view: Pick<PickledTensor, 'storage' | 'offset' | 'shape' | 'strides' | 'kind'>) {
    this.storage = view.storage;
    this.offset = view.offset;
    this.shape = view.shape;
    this.strides = view.strides;
    this.kind = view.kind;
  }
}

/** The type of an array of numpy. */
export class PickledDtype {
  readonly kind: NumberKind;

  constructor(kind: NumberKind) {
    this.kind = kind;
  }
}

/** An array of numpy; what it holds may be told after it was made. */
export class PickledArray {
  content: ArrayContent | undefined;

  constructor(content?: ArrayContent) {
    this.content = content;
  }
}

export interface ArrayContent {
  readonly shape: readonly number[];
  readonly kind: NumberKind;
  /** True where the first index runs fastest. */
  readonly fortran: boolean;
  readonly bytes: Uint8Array | StoredBytes;
}
